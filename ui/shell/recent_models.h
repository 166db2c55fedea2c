#pragma once

#include <QObject>
#include <QString>
#include <QVector>

namespace scalekv::ui {

/// Models used lately, newest first, remembered from one start to the next.
class RecentModels : public QObject {
    Q_OBJECT
public:
    struct Known {
        QString path, name;
    };

    /// `demoPath` may be empty: no demo model is installed.
    explicit RecentModels(const QString& demoPath, QObject* parent = nullptr);

    /// Without the demo model.
    QVector<Known> others() const;
    const QString& demoPath() const { return demoPath_; }
    QString demoName() const;
    /// The model to begin with: the last one used, else the demo; empty if there is none.
    QString first() const;

    void use(const QString& path, const QString& name);
    /// A file that is gone is offered no longer.
    void forget(const QString& path);

    /// One form of a path, however it was given.
    static QString clean(const QString& path);

Q_SIGNALS:
    void changed();

private:
    void store() const;

    QString demoPath_;
    QVector<Known> models_;
};

} // namespace scalekv::ui

#pragma once

#include <QString>
#include <QVector>
#include <QWidget>

class QComboBox;
class QToolButton;

namespace scalekv::ui {

/// Which model draws: the demo, those used lately, or another one from the disk.
class ModelPicker : public QWidget {
    Q_OBJECT
public:
    /// `demoPath` may be empty: no demo model is installed.
    explicit ModelPicker(const QString& demoPath, QWidget* parent = nullptr);

    /// The model in use: it becomes the first of the recent ones and the chosen one. Remembered.
    void setLoaded(const QString& path, const QString& name);
    /// Shows the model in use again after another could not be loaded.
    void showLoaded();
    /// Shows a model that is on its way.
    void showChosen(const QString& path);
    /// A file that is gone is offered no longer.
    void forget(const QString& path);
    QString chosenPath() const;
    /// The model to begin with: the last one used, else the demo; empty if there is none.
    QString firstPath() const;
    QComboBox* box() const { return box_; }

public Q_SLOTS:
    void openFolder();
    void openFile();

Q_SIGNALS:
    void chosen(const QString& path);

private:
    struct Known {
        QString path, name;
    };
    void fill();
    void store() const;

    QComboBox* box_;
    QToolButton* open_;
    QString demoPath_;
    QString loadedPath_;
    QVector<Known> recent_;
};

} // namespace scalekv::ui

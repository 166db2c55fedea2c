#pragma once

#include "gallery/entry.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace scalekv::widgets {
class ElidedLabel;
}

namespace scalekv::ui {

/// Above the pictures: what is looked for, in which order, and how much there is.
class GalleryHead : public QWidget {
    Q_OBJECT
public:
    explicit GalleryHead(QWidget* parent = nullptr);

    const gallery::Query& query() const { return query_; }
    /// What can be filtered by.
    void setContents(const gallery::Contents& contents);
    /// Below the fields.
    void say(const QString& text);
    void setMenu(QMenu* menu);
    QToolButton* trashButton() const { return trash_; }

    /// What is shown is no answer to the fields: `back` leads to that. Empty: it is again.
    void offerBack(const QString& back);
    void leaveTrash();
    /// Into a group: its pictures alone.
    void enterGroup(const QString& prompt);
    /// The one that was entered.
    const std::optional<QString>& group() const { return entered_; }
    void leaveGroup();
    bool isFiltered() const;
    /// Everything is shown again, in this order.
    void clearFilters();
    void focusSearch();

    void restoreSettings();
    void saveSettings() const;

Q_SIGNALS:
    void queryChanged();
    void backRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QComboBox* box(const char* name, const QString& accessible, const QString& toolTip);
    void read();
    void showBack();
    static void fill(QComboBox* box, const QString& all, const QStringList& values, bool policies = false);

    gallery::Query query_;
    QLineEdit* search_;
    QComboBox *model_, *policy_, *stars_, *tag_, *sort_;
    QToolButton *group_, *trash_, *back_, *menu_;
    widgets::ElidedLabel* state_;
    QTimer typing_; ///< a question a moment after the last key
    std::optional<QString> entered_;
    QString offered_; ///< by offerBack()
};

} // namespace scalekv::ui

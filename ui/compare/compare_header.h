#pragma once

#include "ui/compare/column_queue.h"
#include "ui/compare/column_set.h"

#include <QWidget>

class QAction;
class QLabel;
class QMenu;
class QSlider;
class QToolButton;

namespace scalekv::widgets {
class ComparisonView;
class ElidedLabel;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// The line above the pictures: what is compared and how far it is, how one looks at it, and what can be done
/// with it.
class CompareHeader : public QWidget {
    Q_OBJECT
public:
    /// `stop`: ends the making of columns.
    CompareHeader(const ColumnSet& set, ColumnQueue& queue, widgets::ComparisonView& view, QAction& stop,
                  QWidget* parent = nullptr);

    /// `scales`: that can be looked at; `shown`: from 0.
    void refresh(int scales, int shown);
    /// A report is being written: its button then ends that.
    void setWriting(bool writing);
    /// Many pictures are seen, which have settings of their own.
    bool isMany() const;
    void setMany(bool many);
    /// To be filled when it is about to be shown.
    QMenu* addMenu() const { return addMenu_; }
    /// For the window's menus; the buttons here are theirs.
    QAction* manyAction() const { return many_; }
    QAction* reportAction() const { return report_; }

Q_SIGNALS:
    void scaleChosen(int scale);
    void manyToggled(bool many);
    void reportClicked();

private:
    QToolButton* button(const QString& text, const char* name, const QString& toolTip);
    QToolButton* button(QAction& action, const char* name);
    QString factsText() const;
    void refreshReport();

    const ColumnSet& set_;
    ColumnQueue& queue_;
    widgets::ElidedLabel *words_, *facts_;
    QLabel* scaleText_;
    QSlider* scale_;
    QAction *many_, *report_;
    QToolButton *continue_, *stop_, *add_;
    QMenu* addMenu_;
    QList<QWidget*> looking_; ///< what is for the pictures that are looked at
    bool writing_ = false;
};

} // namespace scalekv::ui

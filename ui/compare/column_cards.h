#pragma once

#include "ui/compare/column_set.h"

#include <QFrame>

class QLabel;
class QProgressBar;
class QToolButton;

namespace scalekv::widgets {
class ElidedLabel;
}

namespace scalekv::ui {

/// What stands above a column's picture: its name, what it is compared with, what it kept, and what can be
/// done with it.
class ColumnCard : public QFrame {
    Q_OBJECT
public:
    explicit ColumnCard(QWidget* parent = nullptr);

    struct Contents {
        QString name, note, toolTip;
        QString chip; ///< "32.40 dB"
        bool reference = false, chosen = false, problem = false;
        double progress = -1; ///< 0 … 1; negative: none is shown
    };
    void setContents(const Contents& contents);
    const Contents& contents() const { return contents_; }
    QToolButton* menuButton() const { return more_; }
    QToolButton* removeButton() const { return remove_; }

Q_SIGNALS:
    void chosen();
    /// Dragged so far: a position of the parent.
    void dragged(QPoint position);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    Contents contents_;
    widgets::ElidedLabel *name_, *note_;
    QLabel* chip_;
    QToolButton *more_, *remove_;
    QProgressBar* progress_;
    QPoint pressed_;
};

/// The cards of the columns that are shown, each exactly above its picture. A card can be dragged to another
/// place.
class ColumnCards : public QWidget {
    Q_OBJECT
public:
    explicit ColumnCards(ColumnSet& set, QWidget* parent = nullptr);

    /// Null: it is not shown.
    ColumnCard* card(int id) const;
    /// One card for each column that is shown.
    void arrange(const QVector<int>& ids);
    const QVector<int>& ids() const { return ids_; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {320, sizeHint().height()}; }

Q_SIGNALS:
    void menuRequested(int id, QPoint global);
    void removeRequested(int id);
    /// To the place of another column.
    void moveRequested(int id, int toId);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();

    ColumnSet& set_;
    QVector<int> ids_;
    QVector<ColumnCard*> cards_;
    int dragged_ = 0; ///< the column that was pressed: its card changes while it is dragged
};

} // namespace scalekv::ui

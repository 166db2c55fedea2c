#pragma once

#include "ui/compare/figure_rows.h"

#include <QWidget>

class QAction;
class QStandardItemModel;
class QTableView;

namespace scalekv::ui {

/// The figures of all columns, one a row: sorted by a click on a head, copied as a table, and where one
/// chooses which of the columns are looked at.
class FigureTable : public QWidget {
    Q_OBJECT
public:
    FigureTable(ColumnSet& set, RunFigures& figures, QWidget* parent = nullptr);

    void refresh();
    QTableView* table() const { return table_; }
    QAction* copyAction() const { return copy_; }
    /// What is seen, in the order in which it is seen, as CSV.
    QString csv() const;
    /// What stands in a cell, found by the column's id.
    QString text(int id, Figure figure) const;

private:
    ColumnSet& set_;
    RunFigures& figures_;
    QStandardItemModel* model_;
    QTableView* table_;
    QAction* copy_;
    QVector<FigureRow> rows_;
    bool filling_ = false;
};

} // namespace scalekv::ui

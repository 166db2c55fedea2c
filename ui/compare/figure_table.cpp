#include "ui/compare/figure_table.h"

#include "widgets/icon.h"
#include "widgets/problem_colours.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QScopedValueRollback>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace scalekv::ui {
namespace {

enum Role { Id = Qt::UserRole, SortKey };

/// The columns whose figures a row is made of, behind its name.
constexpr int kFirstFigure = 1;

} // namespace

FigureTable::FigureTable(ColumnSet& set, RunFigures& figures, QWidget* parent)
    : QWidget(parent), set_(set), figures_(figures), model_(new QStandardItemModel(this)),
      table_(new QTableView(this)),
      copy_(new QAction(widgets::icon(QStringLiteral("copy")), tr("Copy &figures"), this)) {
    copy_->setToolTip(tr("Copy the whole table as CSV"));
    model_->setSortRole(SortKey);
    QStringList heads{tr("column")};
    for (const FigureKind& kind : figureKinds())
        heads += kind.name;
    model_->setHorizontalHeaderLabels(heads);
    for (int i = 0; i < FigureCount; ++i) {
        model_->setHeaderData(i + kFirstFigure, Qt::Horizontal, figureKinds().at(i).toolTip, Qt::ToolTipRole);
        model_->setHeaderData(i + kFirstFigure, Qt::Horizontal, int(Qt::AlignRight | Qt::AlignVCenter),
                              Qt::TextAlignmentRole);
    }
    model_->setHeaderData(0, Qt::Horizontal, tr("Ticked: among the pictures above, up to four"),
                          Qt::ToolTipRole);
    model_->setHeaderData(0, Qt::Horizontal, int(Qt::AlignLeft | Qt::AlignVCenter), Qt::TextAlignmentRole);

    table_->setModel(model_);
    table_->setObjectName(QStringLiteral("figures"));
    table_->setAccessibleName(tr("Figures of the compared pictures"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setShowGrid(false);
    table_->setAlternatingRowColors(true);
    table_->setFrameShape(QFrame::NoFrame);
    table_->setTabKeyNavigation(false);
    table_->setWordWrap(false);
    table_->setTextElideMode(Qt::ElideMiddle); // its tooltip has all of it
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setStretchLastSection(false);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setMinimumSectionSize(40);
    table_->horizontalHeader()->setMaximumSectionSize(36 * fontMetrics().averageCharWidth());
    table_->setSortingEnabled(true);
    table_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder); // as the columns stand
    table_->setContextMenuPolicy(Qt::ActionsContextMenu);
    table_->addAction(copy_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(table_);

    connect(copy_, &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(csv()); });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (!filling_ && index.isValid())
                    set_.choose(index.siblingAtColumn(0).data(Id).toInt());
            });
    connect(model_, &QStandardItemModel::itemChanged, this, [this](const QStandardItem* item) {
        if (!filling_ && item->column() == 0)
            set_.setShown(item->data(Id).toInt(), item->checkState() == Qt::Checked);
    });
    connect(&figures_, &RunFigures::changed, this, &FigureTable::refresh);
}

void FigureTable::refresh() {
    const QScopedValueRollback filling(filling_, true);
    rows_ = figureRows(set_, figures_);
    model_->setRowCount(static_cast<int>(rows_.size()));
    for (int i = 0; i < rows_.size(); ++i) {
        const FigureRow& row = rows_.at(i);
        auto* name = new QStandardItem(row.name);
        name->setData(row.id, Id);
        name->setData(i, SortKey);
        name->setCheckable(true);
        name->setCheckState(row.shown ? Qt::Checked : Qt::Unchecked);
        name->setToolTip(row.note.isEmpty() ? row.name : row.name + QLatin1Char('\n') + row.note);
        QFont font = table_->font();
        font.setBold(row.reference);
        name->setFont(font);
        if (row.reference)
            name->setText(tr("%1 (reference)").arg(row.name));
        if (row.failed) {
            name->setText(tr("%1: failed").arg(name->text()));
            name->setForeground(widgets::problemColours(palette()).text);
        }
        model_->setItem(i, 0, name);
        for (int figure = 0; figure < FigureCount; ++figure) {
            auto* cell = new QStandardItem(figureText(Figure(figure), row.values.at(figure)));
            cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            // What is not known stands behind everything.
            const double value = row.values.at(figure);
            cell->setData(qIsNaN(value) ? (figureKinds().at(figure).largerIsBetter ? -1e300 : 1e300) : value,
                          SortKey);
            cell->setData(row.id, Id);
            cell->setToolTip(row.note);
            model_->setItem(i, figure + kFirstFigure, cell);
        }
    }
    const bool hasLpips = std::any_of(rows_.cbegin(), rows_.cend(), [](const FigureRow& row) {
        return !qIsNaN(row.values.at(LpipsDistance));
    });
    table_->setColumnHidden(kFirstFigure + LpipsDistance, !hasLpips);
    const QHeaderView* head = table_->horizontalHeader();
    if (head->sortIndicatorSection() >= 0)
        model_->sort(head->sortIndicatorSection(), head->sortIndicatorOrder());
    for (int i = 0; i < model_->rowCount(); ++i) {
        if (model_->item(i)->data(Id).toInt() == set_.state().chosen)
            table_->setCurrentIndex(model_->index(i, 0));
    }
}

QString FigureTable::csv() const {
    QVector<FigureRow> seen;
    for (int i = 0; i < model_->rowCount(); ++i) {
        for (const FigureRow& row : rows_) {
            if (row.id == model_->item(i)->data(Id).toInt())
                seen += row;
        }
    }
    return toCsv(seen);
}

QString FigureTable::text(int id, Figure figure) const {
    for (int i = 0; i < model_->rowCount(); ++i) {
        if (model_->item(i)->data(Id).toInt() == id)
            return model_->item(i, figure + kFirstFigure)->text();
    }
    return {};
}

} // namespace scalekv::ui

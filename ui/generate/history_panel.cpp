#include "ui/generate/history_panel.h"

#include "ui/generate/history_delegate.h"
#include "ui/runs/picture_mime_data.h"
#include "ui/runs/remove_runs.h"
#include "ui/runs/run_list.h"
#include "widgets/drag_handle.h"
#include "widgets/icon.h"

#include <QAction>
#include <QLabel>
#include <QListView>
#include <QSignalBlocker>
#include <QStackedLayout>
#include <QUndoStack>

#include <algorithm>
#include <numeric>
#include <utility>

namespace scalekv::ui {
namespace {

/// What is dragged out of it comes from `picture` and `factory`.
class HistoryList : public QListView {
public:
    HistoryList(std::function<QImage()> picture, widgets::DragDataFactory factory, QWidget* parent)
        : QListView(parent), picture_(std::move(picture)), factory_(std::move(factory)) {
        setDragEnabled(true);
    }

protected:
    void startDrag(Qt::DropActions /*actions*/) override { widgets::dragPicture(this, picture_(), factory_); }

private:
    std::function<QImage()> picture_;
    widgets::DragDataFactory factory_;
};

} // namespace

HistoryPanel::HistoryPanel(RunList& runs, QUndoStack& undo, QWidget* parent, std::shared_ptr<PictureBin> bin)
    : QWidget(parent), undo_(undo), bin_(std::move(bin)), runs_(runs),
      list_(new HistoryList([this] { return current() ? current()->picture() : QImage(); },
                            [this] { return makeMimeData(); }, this)),
      empty_(new QLabel(this)) {
    list_->setModel(&runs_);
    list_->setItemDelegate(new HistoryDelegate(this));
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setContextMenuPolicy(Qt::ActionsContextMenu);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setAccessibleName(tr("Pictures of this run"));
    empty_->setText(tr("Pictures you generate appear here. Those of earlier starts are in the Gallery."));
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setWordWrap(true);
    empty_->setForegroundRole(QPalette::PlaceholderText);
    empty_->setMargin(16);

    auto* stack = new QStackedLayout(this);
    stack->addWidget(empty_);
    stack->addWidget(list_);

    makeActions();
    // Arrow keys move the current row; a click also shows the row that is current already.
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                if (index.isValid() && !runs_.isChanging())
                    Q_EMIT chosen(runs_.result(index.row()));
            });
    connect(list_, &QListView::clicked, this,
            [this](const QModelIndex& index) { Q_EMIT chosen(runs_.result(index.row())); });
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &HistoryPanel::updateState);
    connect(&runs_, &QAbstractItemModel::rowsInserted, this, &HistoryPanel::updateState);
    connect(&runs_, &QAbstractItemModel::rowsRemoved, this, &HistoryPanel::updateState);
    connect(&undo_, &QUndoStack::indexChanged, this, &HistoryPanel::dropSpentSteps);
    updateState();
}

void HistoryPanel::makeActions() {
    const auto make = [this](const char* iconName, const QString& text, auto&& run) {
        auto* action = new QAction(widgets::icon(QLatin1String(iconName)), text, this);
        connect(action, &QAction::triggered, this, run);
        return action;
    };
    use_ = make("reuse", tr("&Use these settings"), [this] { Q_EMIT useSettingsRequested(current()); });
    use_->setToolTip(tr("Put prompt, seed and all settings of this picture into the form"));
    save_ = make("save", tr("&Save picture…"), [this] { Q_EMIT saveRequested(current()); });
    copy_ = make("copy", tr("&Copy picture"), [this] { Q_EMIT copyRequested(current()); });
    remove_ = make("remove", tr("&Remove"), [this] {
        QVector<int> rows;
        for (const QModelIndex& index : list_->selectionModel()->selectedRows())
            rows += index.row();
        std::sort(rows.begin(), rows.end());
        remove(rows);
    });
    remove_->setShortcut(QKeySequence::Delete);
    remove_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    clear_ = make("remove", tr("C&lear history"), [this] {
        QVector<int> rows(runs_.rowCount());
        std::iota(rows.begin(), rows.end(), 0);
        remove(rows);
    });
    auto* separator = new QAction(this);
    separator->setSeparator(true);
    forSelection_ = {use_, save_, copy_, remove_};
    list_->addActions({use_, save_, copy_, separator, remove_});
    addAction(remove_);
}

void HistoryPanel::offerVerbs(const QVector<RunVerb>& verbs) {
    for (const RunVerb& verb : verbs) {
        QAction* action = actionOf(verb, this);
        action->setShortcut({}); // the place has the keys
        connect(action, &QAction::triggered, this, [this, verb] { verb.perform(current()); });
        list_->insertAction(save_, action);
        forSelection_ += action;
    }
    updateState();
}

void HistoryPanel::showAsCurrent(const ResultPtr& result) {
    const QSignalBlocker blocker(this);
    select(result);
    list_->scrollTo(list_->currentIndex());
}

void HistoryPanel::clearSelection() {
    const QSignalBlocker blocker(this);
    list_->selectionModel()->clear();
}

void HistoryPanel::select(const ResultPtr& result) {
    list_->setCurrentIndex(runs_.index(runs_.rowOf(result)));
}

ResultPtr HistoryPanel::current() const {
    const QModelIndex index = list_->currentIndex();
    return index.isValid() ? runs_.result(index.row()) : nullptr;
}

QMimeData* HistoryPanel::makeMimeData() const {
    return current() ? new PictureMimeData(current(), temporary_.path()) : nullptr;
}

void HistoryPanel::remove(const QVector<int>& rows) {
    if (rows.isEmpty())
        return;
    QVector<std::weak_ptr<const GenerationResult>> results;
    for (const int row : rows)
        results += runs_.result(row);
    undo_.push(new RemoveRuns(runs_, bin_, rows));
    const auto kept = std::count_if(results.begin(), results.end(),
                                    [this](const auto& result) { return bin_->holds(result); });
    Q_EMIT removed(static_cast<int>(rows.size()), static_cast<int>(kept));
}

void HistoryPanel::dropSpentSteps() {
    // A removal whose pictures are all given up must not cost the user an undo that does nothing.
    const auto* last = dynamic_cast<const RemoveRuns*>(undo_.command(undo_.index() - 1));
    if (last && last->undoable() == 0)
        undo_.undo(); // it turns out obsolete and is dropped; this is called again for the one before
}

void HistoryPanel::updateState() {
    const bool any = runs_.rowCount() > 0;
    if (auto* stack = qobject_cast<QStackedLayout*>(layout()))
        stack->setCurrentWidget(any ? static_cast<QWidget*>(list_) : empty_);
    const bool selected = list_->selectionModel()->hasSelection();
    for (QAction* action : forSelection_)
        action->setEnabled(selected);
    clear_->setEnabled(any);
}

} // namespace scalekv::ui

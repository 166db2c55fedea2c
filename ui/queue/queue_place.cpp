#include "ui/queue/queue_place.h"

#include "ui/queue/queue_delegate.h"
#include "ui/queue/queue_news.h"
#include "ui/queue/queue_steps.h"
#include "ui/queue/sheet_panel.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/undo_offer.h"
#include "ui/text/unit_text.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"

#include <QAction>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QListView>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {
constexpr int kAtOnce = 200; // of a longer list, what has changed is looked at when all has
} // namespace

QueuePlace::QueuePlace(const Desk& desk)
    : Place({.id = QStringLiteral("queue"),
             .title = tr("Queue"),
             .iconName = QStringLiteral("queue"),
             .toolTip = tr("See what waits to be made, and change it")}),
      desk_(desk), state_(new QLabel(this)), pauseButton_(new widgets::FocusToolButton(this)),
      list_(new QListView(this)), pages_(new QStackedLayout), sheets_(new SheetPanel(desk, this)) {
    makeActions();
    list_->setObjectName(QStringLiteral("queueList"));
    list_->setAccessibleName(tr("Queue"));
    list_->setModel(&desk_.queue.list());
    list_->setItemDelegate(new QueueDelegate(desk_.queue, list_));
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setUniformItemSizes(true);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setDragEnabled(true);
    list_->setAcceptDrops(true);
    list_->setDropIndicatorShown(true);
    list_->setDefaultDropAction(Qt::MoveAction);
    list_->setContextMenuPolicy(Qt::ActionsContextMenu);
    list_->viewport()->installEventFilter(this);
    list_->installEventFilter(this);
    auto* line = new QAction(this);
    line->setSeparator(true);
    list_->addActions({top_, up_, down_, hold_, retry_, line, remove_});

    auto* empty =
        new QLabel(tr("Nothing waits.\n\nPictures stand here while others are made: Generate can be "
                      "pressed as often as you like, and “Batch…” beside it makes seeds, lists of "
                      "prompts and grids over two settings."));
    empty->setObjectName(QStringLiteral("queueEmpty"));
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    empty->setForegroundRole(QPalette::PlaceholderText);
    empty->setMargin(24);
    pages_->addWidget(list_);
    pages_->addWidget(empty);

    state_->setObjectName(QStringLiteral("queueState"));
    pauseButton_->setObjectName(QStringLiteral("pauseQueue"));
    pauseButton_->setDefaultAction(pause_);
    pauseButton_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto* clear = new widgets::FocusToolButton(this);
    clear->setObjectName(QStringLiteral("clearQueue"));
    clear->setDefaultAction(clear_);
    clear->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto* head = new QHBoxLayout;
    head->addWidget(state_, 1);
    head->addWidget(pauseButton_);
    head->addWidget(clear);
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(8, 6, 8, 4);
    column->addLayout(head);
    column->addLayout(pages_, 1);
    setCentralWidget(centre);
    addDock("sheetDock", tr("Sheets"), sheets_, Qt::RightDockWidgetArea);

    connectQueue();
    // Later, where the list is long: it changes piece by piece.
    refreshSoon_.setSingleShot(true);
    refreshSoon_.setInterval(0);
    connect(&refreshSoon_, &QTimer::timeout, this, &QueuePlace::refresh);
    connect(&desk_.queue, &WorkQueue::changed, this, [this] {
        if (desk_.queue.list().rowCount() > kAtOnce)
            refreshSoon_.start();
        else
            refresh();
    });
    refresh();
    refreshSoon_.start(); // the window connects to countChanged() after this
}

void QueuePlace::makeActions() {
    const auto make = [this](const char* icon, const QString& text, const QKeySequence& keys,
                             const QString& toolTip, auto act) {
        auto* action = new QAction(icon ? widgets::icon(QLatin1String(icon)) : QIcon(), text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(
            keys.isEmpty() ? toolTip
                           : QStringLiteral("%1 (%2)").arg(toolTip, keys.toString(QKeySequence::NativeText)));
        connect(action, &QAction::triggered, this, act);
        return action;
    };
    pause_ = make("pause", tr("&Pause"), Qt::CTRL | Qt::Key_P, {}, [this] {
        if (desk_.queue.isPaused())
            desk_.queue.resume();
        else
            desk_.queue.pause();
    });
    pause_->setShortcutContext(Qt::WindowShortcut);
    top_ = make(nullptr, tr("Make &next"), Qt::ALT | Qt::Key_Home, tr("Put it in front of all that waits"),
                [this] { moveSelectionTo(0); });
    up_ = make(nullptr, tr("Move &up"), Qt::ALT | Qt::Key_Up, tr("Earlier"), [this] { move(-1); });
    down_ = make(nullptr, tr("Move &down"), Qt::ALT | Qt::Key_Down, tr("Later"), [this] { move(1); });
    hold_ = make(nullptr, tr("&Hold"), Qt::Key_H, tr("Let it wait, and go on with the others"), [this] {
        const QVector<int> ids = selected();
        const bool held = std::any_of(ids.begin(), ids.end(), [this](int id) {
            const QueuedWork* work = desk_.queue.list().find(id);
            return work && work->isPending() && work->state != WorkState::Held;
        });
        desk_.queue.hold(ids, held);
    });
    retry_ =
        make(nullptr, tr("Try a&gain"), Qt::Key_R, tr("Put what was stopped or has failed in front again"),
             [this] { desk_.queue.retry(selected()); });
    remove_ = make("remove", tr("&Take out"), QKeySequence::Delete, tr("Take the selection out of the queue"),
                   [this] { cancel(selected()); });
    clear_ = make("remove", tr("&Empty the queue"), {}, tr("Take everything out; it can be undone"),
                  [this] { cancel(desk_.queue.list().order()); });
    clearEnded_ =
        make(nullptr, tr("Take out what has ended"), {}, tr("What was stopped or has failed"), [this] {
            QVector<int> ids;
            for (const QueuedWork& work : desk_.queue.list().all()) {
                if (!work.isPending())
                    ids += work.id;
            }
            cancel(ids);
        });
}

QList<QAction*> QueuePlace::menuActions(Menu menu) const {
    if (menu == Menu::Run)
        return {pause_, clear_, clearEnded_};
    return Place::menuActions(menu);
}

void QueuePlace::arrangeDocks() {
    addDockWidget(Qt::RightDockWidgetArea, docks()[0]);
    resizeDocks({docks()[0]}, {560}, Qt::Horizontal);
}

void QueuePlace::entered() {
    if (list_->isVisible())
        list_->setFocus();
}

void QueuePlace::connectQueue() {
    connect(&desk_.queue, &WorkQueue::progressed, this, [this] {
        if (const QueuedWork* running = desk_.queue.running())
            list_->update(desk_.queue.list().index(desk_.queue.list().rowOf(running->id)));
        showState();
    });
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueuePlace::refresh);
    auto* news = new QueueNews(desk_, this);
    connect(news, &QueueNews::showRequested, this, &Place::wanted);
}

/// Selects the line that the arrow keys start from.
void QueuePlace::selectCurrent() {
    if (list_->currentIndex().isValid())
        list_->selectionModel()->select(list_->currentIndex(), QItemSelectionModel::Select);
}

QVector<int> QueuePlace::selected() const {
    QModelIndexList rows = list_->selectionModel()->selectedIndexes();
    std::sort(rows.begin(), rows.end());
    QVector<int> ids;
    for (const QModelIndex& index : rows)
        ids += index.data(WorkList::Id).toInt();
    return ids;
}

QString QueuePlace::stateText() const {
    return state_->text();
}

void QueuePlace::showState() {
    const WorkQueue& queue = desk_.queue;
    const int waiting = queue.waiting(), held = queue.list().count(WorkState::Held),
              failed = queue.list().count(WorkState::Failed);
    QStringList facts;
    if (queue.running())
        facts += tr("1 in the making");
    if (waiting > 0 || !queue.running())
        facts += waiting == 0 ? tr("Nothing waits") : countedText(waiting, tr("waits"), tr("wait"));
    if (held > 0)
        facts += tr("%1 held").arg(held);
    if (failed > 0)
        facts += tr("%1 failed").arg(failed);
    if (queue.isPaused())
        facts += tr("paused");
    else if (const auto left = queue.timeLeft(); left && waiting > 0)
        facts += tr("about %1 left").arg(durationText(*left));
    state_->setText(facts.join(QStringLiteral(" · ")));
}

void QueuePlace::refresh() {
    const WorkQueue& queue = desk_.queue;
    pages_->setCurrentIndex(queue.list().isEmpty() ? 1 : 0);
    showState();
    pause_->setText(queue.isPaused() ? tr("&Go on") : tr("&Pause"));
    pause_->setIcon(widgets::icon(queue.isPaused() ? QStringLiteral("play") : QStringLiteral("pause")));
    pause_->setToolTip(queue.isPaused()
                           ? tr("Go on with what waits (Ctrl+P)")
                           : tr("Begin nothing more; what is in the making is finished (Ctrl+P)"));
    bool pending = false, movable = false, ended = false, letGo = true;
    const QVector<int> ids = selected();
    const QSet<int> chosen(ids.begin(), ids.end());
    for (const QueuedWork& one : queue.list().all()) {
        const QueuedWork* work = &one;
        if (!chosen.contains(one.id))
            continue;
        pending |= work->isPending();
        movable |= work->isPending() && work->state != WorkState::Running;
        ended |= !work->isPending();
        letGo &= !work->isPending() || work->state == WorkState::Held;
    }
    for (QAction* action : {top_, up_, down_})
        action->setEnabled(movable);
    hold_->setEnabled(pending);
    hold_->setText(pending && letGo ? tr("Let it &go on") : tr("&Hold"));
    retry_->setEnabled(ended);
    remove_->setEnabled(!ids.isEmpty());
    clear_->setEnabled(!queue.list().isEmpty());
    clearEnded_->setEnabled(queue.list().rowCount() > queue.list().pending());
    Q_EMIT countChanged(queue.list().pending());
}

void QueuePlace::cancel(const QVector<int>& ids) {
    if (ids.isEmpty())
        return;
    desk_.undo.push(new CancelWork(desk_.queue, ids));
    if (list_->hasFocus()) // Del again takes the next
        selectCurrent();
    sayUndoable(desk_,
                tr("Took %1 out of the queue.").arg(countedText(ids.size(), tr("entry"), tr("entries"))));
}

void QueuePlace::setOrder(const QVector<int>& order) {
    if (order != desk_.queue.list().order())
        desk_.undo.push(new MoveWork(desk_.queue, order));
}

void QueuePlace::move(int by) {
    QVector<int> order = desk_.queue.list().order();
    const QVector<int> ids = selected();
    const int first = desk_.queue.running() ? 1 : 0, last = desk_.queue.list().pending() - 1;
    // From the side that it goes to, so that what is selected together stays together.
    for (qsizetype i = 0; i < ids.size(); ++i) {
        const int id = by < 0 ? ids[i] : ids[ids.size() - 1 - i];
        const auto from = int(order.indexOf(id));
        const int to = from + by;
        if (from < first || from > last || to < first || to > last || ids.contains(order[to]))
            continue;
        order.move(from, to);
    }
    setOrder(order);
}

void QueuePlace::moveSelectionTo(int row) {
    QVector<int> order = desk_.queue.list().order();
    const QueuedWork* running = desk_.queue.running();
    QVector<int> ids = selected();
    ids.removeIf([&](int id) {
        const QueuedWork* work = desk_.queue.list().find(id);
        return !work || !work->isPending() || (running && id == running->id);
    });
    row = std::clamp(row, running ? 1 : 0, desk_.queue.list().pending());
    row -= int(std::count_if(ids.begin(), ids.end(), [&](int id) { return order.indexOf(id) < row; }));
    order.removeIf([&ids](int id) { return ids.contains(id); });
    for (const int id : ids)
        order.insert(row++, id);
    setOrder(order);
}

/// Dropping lines of the list into the list is moving them; the view itself would take them out.
bool QueuePlace::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::FocusIn && selected().isEmpty() &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::MouseFocusReason)
        selectCurrent();
    if (event->type() != QEvent::Drop)
        return Place::eventFilter(watched, event);
    auto* drop = static_cast<QDropEvent*>(event);
    if (drop->source() != list_)
        return Place::eventFilter(watched, event);
    const QPoint at = drop->position().toPoint();
    const QModelIndex index = list_->indexAt(at);
    const bool below = index.isValid() && at.y() > list_->visualRect(index).center().y();
    moveSelectionTo(index.isValid() ? index.row() + (below ? 1 : 0) : desk_.queue.list().rowCount());
    drop->setDropAction(Qt::CopyAction);
    drop->accept();
    return true;
}

} // namespace scalekv::ui

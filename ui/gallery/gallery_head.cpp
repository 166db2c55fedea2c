#include "ui/gallery/gallery_head.h"

#include "ui/gallery/gallery_model.h"
#include "widgets/elided_label.h"
#include "widgets/eliding_combo_box.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace scalekv::ui {

using gallery::Sort;

namespace {

constexpr int kTypingPause = 120; // ms
constexpr char kSortKey[] = "gallery/sort";
constexpr char kGroupKey[] = "gallery/grouped";

} // namespace

GalleryHead::GalleryHead(QWidget* parent)
    : QWidget(parent), search_(new QLineEdit(this)),
      model_(box("galleryModel", tr("Model"), tr("Only pictures that this model drew"))),
      policy_(box("galleryPolicy", tr("Policy"), tr("Only pictures drawn with this cache policy"))),
      stars_(box("galleryStars", tr("Stars"), tr("Only pictures with so many stars or more"))),
      tag_(box("galleryTag", tr("Tag"), tr("Only pictures with this tag"))),
      sort_(box("gallerySort", tr("Order"), tr("In which order they are shown"))),
      group_(new widgets::FocusToolButton(this)), trash_(new widgets::FocusToolButton(this)),
      back_(new widgets::FocusToolButton(this)), menu_(new widgets::FocusToolButton(this)),
      state_(new widgets::ElidedLabel(this)) {
    search_->setObjectName(QStringLiteral("gallerySearch"));
    search_->setPlaceholderText(tr("Search prompts, tags and settings"));
    search_->setAccessibleName(tr("Search"));
    search_->setToolTip(tr("Pictures with all of these words, or words that begin so (Ctrl+F).\n"
                           "-word: without it; \"two words\": in this order; seed:7: this seed"));
    search_->setClearButtonEnabled(true);
    search_->setMaxLength(1000);
    for (int stars = 0; stars <= gallery::kMostStars; ++stars)
        stars_->addItem(stars == 0
                            ? tr("Any stars")
                            : starsText(stars) + (stars < gallery::kMostStars ? tr(" and more") : QString()),
                        stars);
    const std::pair<QString, Sort> orders[] = {{tr("Newest first"), Sort::Newest},
                                               {tr("Oldest first"), Sort::Oldest},
                                               {tr("By prompt"), Sort::Prompt},
                                               {tr("Most stars first"), Sort::Stars},
                                               {tr("Largest files first"), Sort::Largest}};
    for (const auto& [text, sort] : orders)
        sort_->addItem(text, int(sort));
    const auto button = [](QToolButton* made, const char* name, const QString& text, const QString& toolTip) {
        made->setObjectName(QLatin1String(name));
        made->setText(text);
        made->setToolTip(toolTip);
        made->setFocusPolicy(Qt::TabFocus);
    };
    button(group_, "galleryGroup", tr("Group by prompt"), tr("One tile for all pictures of a prompt"));
    button(trash_, "galleryTrash", tr("Trash"), tr("Show the pictures in the trash, which can be put back"));
    button(back_, "galleryBack", {}, {});
    button(menu_, "galleryMenu", tr("Folder"), tr("Where pictures are kept, and how many"));
    group_->setCheckable(true);
    trash_->setCheckable(true);
    trash_->setIcon(widgets::icon(QStringLiteral("remove")));
    trash_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    menu_->setIcon(widgets::icon(QStringLiteral("open")));
    menu_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    menu_->setPopupMode(QToolButton::InstantPopup);
    back_->setArrowType(Qt::LeftArrow);
    back_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    back_->hide();
    state_->setObjectName(QStringLiteral("galleryState"));
    state_->setForegroundRole(QPalette::PlaceholderText);
    setContents({});

    auto* first = new QHBoxLayout;
    first->addWidget(search_, 1);
    first->addWidget(sort_);
    first->addWidget(group_);
    first->addWidget(trash_);
    first->addWidget(menu_);
    auto* second = new QHBoxLayout;
    second->addWidget(back_);
    second->addWidget(state_, 1);
    for (QComboBox* each : {model_, policy_, stars_, tag_})
        second->addWidget(each);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 4);
    column->setSpacing(6);
    column->addLayout(first);
    column->addLayout(second);

    typing_.setSingleShot(true);
    typing_.setInterval(kTypingPause);
    connect(&typing_, &QTimer::timeout, this, &GalleryHead::read);
    connect(search_, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
    connect(search_, &QLineEdit::returnPressed, this, &GalleryHead::read);
    for (QComboBox* each : {model_, policy_, stars_, tag_, sort_})
        connect(each, &QComboBox::currentIndexChanged, this, &GalleryHead::read);
    for (QToolButton* each : {group_, trash_})
        connect(each, &QToolButton::toggled, this, [this] {
            entered_.reset();
            read();
        });
    connect(back_, &QToolButton::clicked, this, &GalleryHead::backRequested);
    search_->installEventFilter(this);
}

/// Esc empties the field, as in other programs; where it is empty it is the window's.
bool GalleryHead::eventFilter(QObject* watched, QEvent* event) {
    const bool key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (watched != search_ || !key || static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape ||
        search_->text().isEmpty())
        return QWidget::eventFilter(watched, event);
    event->accept();
    if (event->type() == QEvent::KeyPress)
        search_->clear();
    return true;
}

void GalleryHead::offerBack(const QString& back) {
    offered_ = back;
    showBack();
}

void GalleryHead::showBack() {
    back_->setText(offered_.isEmpty() ? tr("All prompts") : offered_);
    back_->setToolTip(offered_.isEmpty() ? tr("Back to the groups (Backspace)") : tr("Back (Backspace)"));
    back_->setVisible(entered_ || !offered_.isEmpty());
}

void GalleryHead::leaveTrash() {
    trash_->setChecked(false);
}

QComboBox* GalleryHead::box(const char* name, const QString& accessible, const QString& toolTip) {
    auto* made = new widgets::ElidingComboBox(this);
    made->setObjectName(QLatin1String(name));
    made->setAccessibleName(accessible);
    made->setToolTip(toolTip);
    made->setMaximumWidth(170);
    return made;
}

/// Keeps what is chosen, also where it is no longer there: else it would change by itself.
void GalleryHead::fill(QComboBox* box, const QString& all, const QStringList& values, bool policies) {
    const QSignalBlocker quiet(box);
    const QString chosen = box->currentData().toString();
    QStringList wanted = QStringList(QString()) + values;
    if (!chosen.isEmpty() && !values.contains(chosen))
        wanted += chosen;
    QStringList there;
    for (int n = 0; n < box->count(); ++n)
        there += box->itemData(n).toString();
    if (there == wanted)
        return; // a list that is open keeps its place
    box->clear();
    box->addItem(all, QString());
    for (const QString& value : wanted.mid(1))
        box->addItem(policies ? storedPolicyText(value) : value, value);
    box->setCurrentIndex(std::max(0, box->findData(chosen)));
}

void GalleryHead::setContents(const gallery::Contents& contents) {
    fill(model_, tr("All models"), contents.models);
    fill(policy_, tr("All policies"), contents.policies, true);
    fill(tag_, tr("All tags"), contents.tags);
    trash_->setText(contents.trashedPictures == 0 ? tr("Trash")
                                                  : tr("Trash (%1)").arg(contents.trashedPictures));
}

void GalleryHead::say(const QString& text) {
    state_->setFullText(text);
}

void GalleryHead::setMenu(QMenu* menu) {
    menu_->setMenu(menu);
}

void GalleryHead::read() {
    typing_.stop();
    gallery::Query query;
    query.words = search_->text();
    query.model = model_->currentData().toString();
    query.policy = policy_->currentData().toString();
    query.tag = tag_->currentData().toString();
    query.leastStars = stars_->currentData().toInt();
    query.sort = Sort(sort_->currentData().toInt());
    query.trashed = trash_->isChecked();
    if (entered_)
        query.prompts = {*entered_};
    query.grouped = group_->isChecked() && !entered_;
    showBack();
    if (query == query_)
        return;
    query_ = query;
    Q_EMIT queryChanged();
}

void GalleryHead::enterGroup(const QString& prompt) {
    entered_ = prompt;
    read();
}

void GalleryHead::leaveGroup() {
    entered_.reset();
    read();
}

bool GalleryHead::isFiltered() const {
    gallery::Query plain;
    plain.trashed = query_.trashed;
    plain.grouped = query_.grouped;
    plain.sort = query_.sort;
    return query_ != plain;
}

void GalleryHead::clearFilters() {
    {
        const QSignalBlocker a(search_), b(model_), c(policy_), d(stars_), e(tag_);
        search_->clear();
        for (QComboBox* each : {model_, policy_, stars_, tag_})
            each->setCurrentIndex(0);
    }
    entered_.reset();
    read();
}

void GalleryHead::focusSearch() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

void GalleryHead::restoreSettings() {
    const QSettings settings;
    sort_->setCurrentIndex(std::max(0, sort_->findData(settings.value(QLatin1String(kSortKey)).toInt())));
    group_->setChecked(settings.value(QLatin1String(kGroupKey)).toBool());
    read();
}

void GalleryHead::saveSettings() const {
    QSettings settings;
    settings.setValue(QLatin1String(kSortKey), sort_->currentData());
    settings.setValue(QLatin1String(kGroupKey), group_->isChecked());
}

} // namespace scalekv::ui

#include "ui/generate/picture_stage.h"

#include "ui/runs/picture_mime_data.h"
#include "ui/text/shape_text.h"
#include "ui/text/unit_text.h"
#include "widgets/drag_handle.h"
#include "widgets/elided_label.h"
#include "widgets/filmstrip.h"
#include "widgets/icon.h"
#include "widgets/image_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace scalekv::ui {

using widgets::FilmFrame;

namespace {

FilmFrame filmFrame(std::size_t scale, std::size_t scales, MapSize map) {
    return {.label = QStringLiteral("%1/%2  %3").arg(scale + 1).arg(scales).arg(mapText(map)),
            .toolTip = {},
            .picture = {}};
}

QString frameToolTip(const ScaleReport& report) {
    return PictureStage::tr("%1 tokens, %2\nKV cache after it: %3")
        .arg(mapText(report.map), secondsText(report.seconds), byteText(report.kvBytes));
}

} // namespace

PictureStage::PictureStage(LiveRun& live, QWidget* parent)
    : QWidget(parent), live_(live), view_(new widgets::ImageView(this)), strip_(new widgets::Filmstrip(this)),
      caption_(new widgets::ElidedLabel(this)), zoomLabel_(new QLabel(this)),
      followButton_(new QPushButton(this)) {
    connect(&live_, &LiveRun::begun, this, &PictureStage::showLive);
    connect(&live_, &LiveRun::scaleAdded, this, &PictureStage::addFrame);
    connect(&live_, &LiveRun::finished, this, &PictureStage::becomeResult);
    connect(&live_, &LiveRun::ended, this, &PictureStage::updateState);
    makeActions();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(makeToolBar());
    layout->addWidget(view_, 1);
    layout->addWidget(strip_);

    view_->setDragData([this] { return makeMimeData(); });
    view_->setToolTip(
        tr("Wheel: zoom · drag: move the picture, or, when all of it is seen, drag it into another program"));
    connect(view_, &widgets::ImageView::zoomChanged, this, &PictureStage::updateState);
    connect(strip_, &widgets::Filmstrip::frameShown, this, &PictureStage::showFrame);
    connect(strip_, &widgets::Filmstrip::followingChanged, this, &PictureStage::updateState);
    clear();
}

PictureStage::~PictureStage() = default;

void PictureStage::makeActions() {
    const auto make = [this](const char* iconName, const QString& text, const QKeySequence& keys,
                             const QString& toolTip) {
        auto* action = new QAction(iconName ? widgets::icon(QLatin1String(iconName)) : QIcon(), text, this);
        action->setShortcut(keys);
        action->setToolTip(
            keys.isEmpty() ? toolTip
                           : QStringLiteral("%1 (%2)").arg(toolTip, keys.toString(QKeySequence::NativeText)));
        return action;
    };
    fit_ = make("fit", tr("&Fit"), Qt::CTRL | Qt::Key_0, tr("Show the whole picture"));
    actualSize_ = make("actual-size", tr("&100 %"), Qt::CTRL | Qt::ALT | Qt::Key_0,
                       tr("One screen pixel for each pixel"));
    zoomIn_ = make("zoom-in", tr("Zoom &in"), QKeySequence::ZoomIn, tr("Zoom in"));
    zoomOut_ = make("zoom-out", tr("Zoom &out"), QKeySequence::ZoomOut, tr("Zoom out"));
    copy_ = make("copy", tr("&Copy picture"), QKeySequence::Copy, tr("Copy the picture that is seen"));
    save_ = make("save", tr("&Save picture…"), QKeySequence::Save,
                 tr("Save the finished picture as PNG, with its recipe"));
    saveFrame_ =
        make(nullptr, tr("Save this s&cale…"), {}, tr("Save the picture as it was after the chosen scale"));
    follow_ =
        make(nullptr, tr("&Newest scale"), Qt::CTRL | Qt::Key_End, tr("Show the newest scale and follow it"));

    connect(fit_, &QAction::triggered, view_, &widgets::ImageView::fit);
    connect(actualSize_, &QAction::triggered, view_, &widgets::ImageView::showActualSize);
    connect(zoomIn_, &QAction::triggered, view_, &widgets::ImageView::zoomIn);
    connect(zoomOut_, &QAction::triggered, view_, &widgets::ImageView::zoomOut);
    connect(copy_, &QAction::triggered, this, &PictureStage::copyPicture);
    connect(save_, &QAction::triggered, this, [this] {
        if (result_)
            Q_EMIT saveRequested(result_);
    });
    connect(saveFrame_, &QAction::triggered, this,
            [this] { Q_EMIT saveFrameRequested(shownPicture(), strip_->currentFrame()); });
    connect(follow_, &QAction::triggered, this, [this] {
        if (live_.isRunning() && result_)
            showLive();
        strip_->follow();
    });

    view_->addActions({copy_, save_, saveFrame_, fit_, actualSize_});
    strip_->addActions({copy_, saveFrame_, follow_});
}

QWidget* PictureStage::makeToolBar() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    const auto addButton = [&](QAction* action) {
        auto* button = new QToolButton(bar);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setIconSize({18, 18});
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        layout->addWidget(button);
    };
    addButton(fit_);
    addButton(actualSize_);
    addButton(zoomOut_);
    zoomLabel_->setAlignment(Qt::AlignCenter);
    zoomLabel_->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("6400 %")) + 6);
    layout->addWidget(zoomLabel_);
    addButton(zoomIn_);
    layout->addSpacing(8);
    layout->addWidget(caption_, 1);
    followButton_->setToolTip(follow_->toolTip());
    connect(followButton_, &QPushButton::clicked, follow_, &QAction::trigger);
    layout->addWidget(followButton_);
    runButtons_ = new QHBoxLayout;
    layout->addLayout(runButtons_);
    layout->addSpacing(8);
    addButton(copy_);
    addButton(save_);
    dragHandle_ = new widgets::DragHandle(bar);
    dragHandle_->setIconSize({18, 18});
    dragHandle_->setDragData([this] { return shownPicture(); }, [this] { return makeMimeData(); });
    layout->addWidget(dragHandle_);
    return bar;
}

void PictureStage::addFrame(int scale) {
    if (isLiveShown()) {
        const ScaleFrame& frame = live_.frames()[scale];
        strip_->setPicture(scale, frame.picture, frameToolTip(frame.report));
    }
    updateState();
}

/// Keeps the view and, if the user looks back, the scale.
void PictureStage::becomeResult(const ResultPtr& result) {
    if (isLiveShown())
        result_ = result; // the strip has its frames already
    updateState();
}

void PictureStage::showLive() {
    result_.reset();
    cleared_ = false;
    fillStrip();
}

void PictureStage::showResult(const ResultPtr& result) {
    if (result == result_)
        return;
    result_ = result;
    cleared_ = false;
    fillStrip();
}

void PictureStage::clear() {
    result_.reset();
    cleared_ = true;
    fillStrip();
}

QVector<ScaleFrame> PictureStage::frames() const {
    if (result_)
        return result_->frames;
    return cleared_ ? QVector<ScaleFrame>() : live_.frames();
}

QSize PictureStage::finalSize() const {
    return result_ ? QSize(result_->image.width, result_->image.height)
                   : QSize(live_.plan().picture.width, live_.plan().picture.height);
}

void PictureStage::fillStrip() {
    QVector<FilmFrame> film;
    const QVector<ScaleFrame> known = frames();
    if (result_ && result_->opened) {
        // A file keeps the last picture only.
        film += FilmFrame{.label = tr("finished"),
                          .toolTip = tr("Opened from a file: its earlier scales were not kept"),
                          .picture = result_->picture()};
    } else if (!cleared_) {
        const ScaleSchedule& schedule = live_.plan().schedule;
        const std::size_t scales = result_ ? static_cast<std::size_t>(known.size()) : schedule.size();
        for (std::size_t scale = 0; scale < scales; ++scale) {
            const auto row = static_cast<qsizetype>(scale);
            FilmFrame frame = filmFrame(scale, scales, result_ ? known[row].report.map : schedule[scale]);
            if (row < known.size()) {
                frame.picture = known[row].picture;
                frame.toolTip = frameToolTip(known[row].report);
            }
            film += frame;
        }
    }
    if (known.isEmpty()) {
        strip_->begin(film);
        view_->clear();
    } else {
        strip_->showFinished(film);
    }
    updateState();
    Q_EMIT runChanged();
}

void PictureStage::showFrame(int row) {
    if (row >= 0 && row < frames().size())
        view_->setPicture(frames().at(row).picture, finalSize());
    updateState();
    Q_EMIT scaleShown(row);
}

QImage PictureStage::shownPicture() const {
    return view_->picture();
}

bool PictureStage::isLastFrameShown() const {
    return strip_->currentFrame() + 1 == strip_->frames().rowCount();
}

int PictureStage::shownScale() const {
    return strip_->currentFrame();
}

void PictureStage::showScale(int scale) {
    const QModelIndex index = strip_->model()->index(scale, 0);
    if (index.isValid() && index.flags().testFlag(Qt::ItemIsSelectable))
        strip_->setCurrentIndex(index);
}

void PictureStage::setRunActions(const QList<QAction*>& actions) {
    for (QAction* action : actions) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setIconSize({18, 18});
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        if (action->menu())
            button->setPopupMode(QToolButton::InstantPopup);
        runButtons_->addWidget(button);
    }
    view_->addActions(actions);
}

QMimeData* PictureStage::makeMimeData() const {
    if (view_->isEmpty())
        return nullptr;
    if (result_ && isLastFrameShown())
        return new PictureMimeData(result_, temporary_.path());
    const QString name = result_ ? result_->fileStem() : QStringLiteral("picture");
    const QString file = QStringLiteral("%1-scale-%2.png").arg(name).arg(strip_->currentFrame() + 1);
    return new PictureMimeData(shownPicture(), PngText(), temporary_.filePath(file));
}

void PictureStage::copyPicture() {
    QMimeData* mimeData = makeMimeData();
    if (!mimeData)
        return;
    QApplication::clipboard()->setMimeData(mimeData); // takes it
    Q_EMIT copied();
}

void PictureStage::updateState() {
    const bool seen = !view_->isEmpty();
    for (QAction* action : {fit_, actualSize_, zoomIn_, zoomOut_, copy_})
        action->setEnabled(seen);
    save_->setEnabled(result_ != nullptr);
    saveFrame_->setEnabled(seen);
    dragHandle_->setEnabled(seen);
    zoomLabel_->setText(seen ? QStringLiteral("%1 %").arg(qRound(view_->zoom() * 100)) : QString());

    const bool elsewhere = live_.isRunning() && result_;
    const bool lookingBack = !strip_->isFollowing();
    follow_->setEnabled(elsewhere || lookingBack);
    followButton_->setVisible(elsewhere || (live_.isRunning() && lookingBack));
    followButton_->setText(elsewhere ? tr("Show the running picture") : tr("Follow again"));

    QString caption;
    const int row = strip_->currentFrame();
    if (result_ && result_->opened)
        caption = tr("Opened from a file");
    else if (seen && row >= 0 && row < frames().size())
        caption = scaleText(row, strip_->frames().rowCount(), frames().at(row).report.map);
    if (seen && !result_ && !live_.isRunning())
        caption += tr(" · stopped before it was finished");
    caption_->setFullText(caption);
}

} // namespace scalekv::ui

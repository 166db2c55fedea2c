#include "ui/inspect/token_panel.h"

#include "figures/run_export.h"
#include "ui/inspect/look_row.h"
#include "ui/inspect/missing_attention.h"
#include "ui/inspect/overlays.h"
#include "ui/inspect/play_button.h"
#include "ui/inspect/read_scale_row.h"
#include "ui/inspect/token_sheet.h"
#include "ui/inspect/token_text.h"
#include "widgets/token_legend.h"
#include "widgets/token_view.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

namespace scalekv::ui {

using Overlay = Selection::Overlay;

namespace {

/// The place in one map that lies where a token of another does.
int tokenAt(MapSize from, int row, int column, MapSize to) {
    const int toRow = (2 * row + 1) * to.height / (2 * from.height);
    const int toColumn = (2 * column + 1) * to.width / (2 * from.width);
    return toRow * to.width + toColumn;
}

} // namespace

TokenPanel::TokenPanel(const InspectedRun& run, Looker& looker, Selection& selection, QWidget* parent)
    : QWidget(parent), run_(run), looker_(looker), selection_(selection), title_(new QLabel(this)),
      overlays_(new QButtonGroup(this)), head_(new QComboBox(this)),
      overScales_(new QCheckBox(tr("Over later scales"), this)), view_(new widgets::TokenView(this)),
      legend_(new widgets::TokenLegend(this)), allPositions_(new QToolButton(this)),
      play_(new PlayButton(run, looker, selection, this)), look_(new LookRow(run, looker, selection, this)) {
    title_->setWordWrap(true);
    title_->setObjectName(QStringLiteral("tokenTitle"));
    view_->setObjectName(QStringLiteral("tokens"));
    view_->setAccessibleName(tr("Tokens over the picture"));
    view_->setEmptyText(tr("Make a picture under a cache policy, and see here where it looked."));
    view_->setPositionText([this](int row, int column) {
        return tokenText(run_, selection_.state(), view_->overlay(), row, column);
    });

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 6, 8, 6);
    column->addLayout(makeHead());
    column->addWidget(view_, 1);
    column->addLayout(makeFoot());
    column->addWidget(look_);

    connect(play_, &QToolButton::toggled, this,
            &TokenPanel::draw); // over the picture of the scale, or of the end
    connect(view_, &widgets::TokenView::positionClicked, this, &TokenPanel::choosePosition);
    connect(&selection_, &Selection::changed, this, &TokenPanel::draw);
    connect(&run_, &InspectedRun::changed, this, [this] {
        fillHeads();
        draw();
    });
    connect(&run_, &InspectedRun::grown, this, &TokenPanel::draw);
    connect(&looker_, &Looker::answered, this, &TokenPanel::draw);
    connect(&looker_, &Looker::becameFree, this, &TokenPanel::draw);
    fillHeads();
    draw();
}

QLayout* TokenPanel::makeHead() {
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    const auto add = [&](Overlay overlay, const QString& text, const QString& toolTip) {
        auto* button = new QToolButton(this);
        button->setText(text);
        button->setToolTip(toolTip);
        button->setCheckable(true);
        button->setFocusPolicy(Qt::StrongFocus);
        overlays_->addButton(button, int(overlay));
        row->addWidget(button);
    };
    add(Overlay::Attention, tr("Attention"),
        tr("Where the chosen position, or the mean of all, looks: the weights a_ij of softmax"));
    add(Overlay::Kept, tr("Kept tokens"),
        tr("Which tokens of earlier scales were still in the cache, evicted ones dimmed: here, head by head "
           "on the right, and how many of every layer on the left"));
    add(Overlay::Missing, tr("Missing attention"),
        tr("What the chosen position, or the mean of all, would read of the tokens that this run no longer "
           "holds: the run's own bits, fed to the full cache"));
    add(Overlay::Words, tr("Words"),
        tr("Where the chosen word of the prompt is read: cross attention, mean over heads"));
    row->addSpacing(10);
    row->addWidget(head_);
    row->addStretch(1);
    head_->setObjectName(QStringLiteral("head"));
    head_->setAccessibleName(tr("Head"));
    head_->setToolTip(tr("One head of the layer, or all together"));
    QSizePolicy stays = head_->sizePolicy(); // the picture must not jump
    stays.setRetainSizeWhenHidden(true);
    head_->setSizePolicy(stays);
    overScales_->setObjectName(QStringLiteral("overScales"));
    overScales_->setToolTip(tr("How often each token was kept over all later scales, instead of at one"));
    connect(overlays_, &QButtonGroup::idClicked, this,
            [this](int overlay) { selection_.setOverlay(Overlay(overlay)); });
    connect(head_, &QComboBox::activated, this, [this] { selection_.setHead(head_->currentData().toInt()); });
    connect(overScales_, &QCheckBox::clicked, this, [this](bool over) {
        Selection::State next = selection_.state();
        next.overScales = over;
        selection_.set(next);
    });

    auto* head = new QVBoxLayout;
    head->addLayout(row);
    head->addWidget(title_);
    return head;
}

QLayout* TokenPanel::makeFoot() {
    allPositions_->setText(tr("All positions"));
    allPositions_->setObjectName(QStringLiteral("allPositions"));
    allPositions_->setToolTip(tr("The mean over positions instead of the chosen one"));
    allPositions_->setFocusPolicy(Qt::StrongFocus);
    connect(allPositions_, &QToolButton::clicked, this, [this] {
        Selection::State next = selection_.state();
        next.token = Selection::kAll;
        selection_.set(next);
    });
    auto* what = new QHBoxLayout;
    what->addWidget(legend_, 1);
    what->addWidget(overScales_);
    what->addWidget(allPositions_);
    what->addWidget(play_);
    auto* foot = new QVBoxLayout;
    foot->addLayout(what);
    foot->addWidget(new ReadScaleRow(run_, selection_, this));
    return foot;
}

void TokenPanel::fillHeads() {
    if (head_->count() == run_.heads() + 1)
        return;
    const QSignalBlocker blocker(head_);
    head_->clear();
    head_->addItem(tr("All heads"), Selection::kAll);
    for (int head = 0; head < run_.heads(); ++head)
        head_->addItem(tr("Head %1").arg(head + 1), head);
}

QString TokenPanel::title() const {
    return title_->text();
}

QImage TokenPanel::sheet(double ratio) const {
    const QImage tokens = view_->shown(ratio);
    return tokens.isNull()
               ? QImage()
               : tokenSheet(tokens, title(), figures::runCaption(run_.request()), *legend_, *this, ratio);
}

QString TokenPanel::note() const {
    return look_->text();
}

void TokenPanel::draw() {
    const Selection::State& state = selection_.state();
    if (QAbstractButton* button = overlays_->button(int(state.overlay)))
        button->setChecked(true);
    head_->setCurrentIndex(state.head + 1);
    head_->setVisible(state.overlay != Overlay::Words);
    overScales_->setVisible(state.overlay == Overlay::Kept);
    overScales_->setChecked(state.overScales);
    allPositions_->setEnabled(!run_.isEmpty() && state.token >= 0);
    play_->setEnabled(!run_.isEmpty());
    const LookPtr look = run_.isEmpty() ? nullptr : looker_.answer(questionOf(state));
    if (state.overlay == Overlay::Missing && state.readScale < 0) {
        if (const int most = mostMissingScale(run_, look.get(), state); most >= 0) {
            Selection::State next = state;
            next.readScale = most; // where there is most to be seen
            selection_.set(next);  // draws
            return;
        }
    }
    title_->setText(tokensTitle(run_, look.get(), state));
    view_->setPicture(play_->isPlaying() ? run_.pictureAt(state.scale) : run_.picture());
    if (run_.isEmpty())
        view_->setGrid(0, 0);
    else
        drawTokens(look.get());
    explainColours(*legend_, run_, state, view_->overlay());
    if (!run_.isEmpty()) {
        if (play_->isPlaying())
            play_->goOn();
        else if (!look && needsLook(run_, state))
            look_->askSoon();
    }
    look_->refresh();
}

void TokenPanel::drawTokens(const Look* look) {
    const Selection::State& state = selection_.state();
    const MapSize map = run_.map(readScaleOf(state));
    view_->setGrid(map.height, map.width);
    const widgets::TokenOverlay overlay = overlayOf(run_, look, state, state.head);
    if (overlay.kind == widgets::TokenOverlay::Kind::Heat)
        view_->setHeat(overlay.values, overlay.maximum);
    else if (overlay.kind == widgets::TokenOverlay::Kind::Kept)
        view_->setKept(overlay.values, overlay.maximum);
    else
        view_->clearOverlay();
    if (state.token < 0) {
        view_->setMarked(-1, -1);
    } else {
        const MapSize own = run_.map(state.scale);
        const int token = tokenAt(own, state.token / own.width, state.token % own.width, map);
        view_->setMarked(token / map.width, token % map.width);
    }
}

void TokenPanel::choosePosition(int row, int column) {
    Selection::State next = selection_.state();
    next.token = tokenAt(run_.map(readScaleOf(next)), row, column, run_.map(next.scale));
    selection_.set(next);
    // Who clicks a position wants to know, however long it takes; the words that it reads are in no record.
    if (next.overlay == Overlay::Kept || needsLook(run_, next))
        looker_.ask(questionOf(next));
    look_->refresh();
}

} // namespace scalekv::ui

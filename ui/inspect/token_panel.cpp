#include "ui/inspect/token_panel.h"

#include "ui/inspect/inspect_text.h"
#include "ui/inspect/missing_attention.h"
#include "ui/inspect/overlays.h"
#include "ui/text/shape_text.h"
#include "ui/text/unit_text.h"
#include "widgets/token_legend.h"
#include "widgets/token_view.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

#include <cmath>

namespace scalekv::ui {

using Overlay = Selection::Overlay;

namespace {

constexpr int kAskAfter = 250; // milliseconds: one moves through cells faster than that
constexpr int kPlayGap = 900;  // a scale, when played through

QToolButton* toggle(const QString& text, const QString& toolTip, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setCheckable(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QString playText(bool playing) {
    return playing ? TokenPanel::tr("❚❚ Pause") : TokenPanel::tr("▶ Play");
}

/// The place in one map that lies where a token of another does.
int tokenAt(MapSize from, int row, int column, MapSize to) {
    const int toRow = (2 * row + 1) * to.height / (2 * from.height);
    const int toColumn = (2 * column + 1) * to.width / (2 * from.width);
    return toRow * to.width + toColumn;
}

} // namespace

TokenPanel::TokenPanel(const InspectedRun& run, Looker& looker, Selection& selection, QWidget* parent)
    : QWidget(parent), run_(run), looker_(looker), selection_(selection), title_(new QLabel(this)),
      note_(new QLabel(this)), overlays_(new QButtonGroup(this)), readScales_(new QButtonGroup(this)),
      scaleLabel_(new QLabel(this)), head_(new QComboBox(this)),
      overScales_(new QCheckBox(tr("Over all later scales"), this)),
      play_(toggle(playText(false), tr("Go through the scales that ask, one after the other"), this)),
      wholeMap_(new QToolButton(this)), look_(new QPushButton(tr("Look"), this)),
      view_(new widgets::TokenView(this)), legend_(new widgets::TokenLegend(this)) {
    title_->setWordWrap(true);
    title_->setObjectName(QStringLiteral("tokenTitle"));
    note_->setWordWrap(true);
    note_->setObjectName(QStringLiteral("tokenNote"));
    note_->setToolTip(
        tr("Looking closer asks the prompt's own sequence. The bars and the map of the layers are "
           "means over it and over the empty prompt that guidance needs: they differ by a few "
           "points."));
    note_->setMinimumHeight(note_->fontMetrics().lineSpacing() * 3 + 2);
    note_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    view_->setObjectName(QStringLiteral("tokens"));
    view_->setAccessibleName(tr("Tokens over the picture"));
    view_->setEmptyText(tr("Make a picture under a cache policy, and see here where it looked."));
    view_->setPositionText([this](int row, int column) { return positionText(row, column); });

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 6, 8, 6);
    column->addLayout(makeHead());
    column->addWidget(view_, 1);
    column->addLayout(makeFoot());
    // The note gives way to the button: in a row of fixed things it would push the docks, which do not come
    // back.
    auto* lookRow = new QHBoxLayout;
    lookRow->addWidget(note_, 1);
    lookRow->addWidget(look_, 0, Qt::AlignTop);
    column->addLayout(lookRow);

    asking_.setSingleShot(true);
    asking_.setInterval(kAskAfter);
    connect(&asking_, &QTimer::timeout, this, [this] {
        if (!isVisible()) // nobody wants to know; who comes here draws again
            return;
        const LookQuestion question = questionOf(selection_.state());
        if (needsLook() && looker_.isQuick(question))
            looker_.ask(question);
        showNote();
    });
    playing_.setSingleShot(true);
    playing_.setInterval(kPlayGap);
    connect(&playing_, &QTimer::timeout, this, &TokenPanel::step);
    connect(view_, &widgets::TokenView::positionClicked, this, &TokenPanel::choosePosition);
    connect(&selection_, &Selection::changed, this, &TokenPanel::draw);
    connect(&run_, &InspectedRun::changed, this, [this] {
        makeScaleButtons();
        fillHeads();
        draw();
    });
    connect(&run_, &InspectedRun::grown, this, &TokenPanel::draw);
    connect(&looker_, &Looker::answered, this, &TokenPanel::draw);
    connect(&looker_, &Looker::becameFree, this, &TokenPanel::draw);
    connect(&looker_, &Looker::gaveUp, this, [this] {
        asking_.stop(); // who stops it does not want it a moment later
        play_->setChecked(false);
        showNote();
    });
    makeScaleButtons();
    fillHeads();
    draw();
}

QLayout* TokenPanel::makeHead() {
    const auto add = [this](Overlay overlay, const QString& text, const QString& toolTip) {
        QToolButton* button = toggle(text, toolTip, this);
        overlays_->addButton(button, int(overlay));
        return button;
    };
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(
        add(Overlay::Attention, tr("Attention"),
            tr("Where the chosen position, or the mean of all, looks: the weights a_ij of softmax")));
    row->addWidget(
        add(Overlay::Kept, tr("Kept tokens"),
            tr("Which tokens of earlier scales were still in the cache; evicted ones are dimmed")));
    row->addWidget(add(Overlay::Missing, tr("Missing attention"),
                       tr("What the chosen position, or the mean of all, would read of the tokens that this "
                          "run no longer holds: the run's own bits, fed to the full cache")));
    row->addWidget(add(Overlay::Words, tr("Words"),
                       tr("Where the chosen word of the prompt is read: cross attention, mean over heads")));
    row->addSpacing(10);
    row->addWidget(head_);
    row->addSpacing(10);
    row->addWidget(overScales_);
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
    connect(overScales_, &QCheckBox::toggled, this, &TokenPanel::draw);

    auto* head = new QVBoxLayout;
    head->addLayout(row);
    head->addWidget(title_);
    return head;
}

QLayout* TokenPanel::makeFoot() {
    scaleRow_ = new QHBoxLayout;
    scaleRow_->setSpacing(2);
    scaleLabel_->setToolTip(tr("Whose tokens lie over the picture: the chosen scale's own, or those of an "
                               "earlier one that it could read"));
    scaleRow_->addWidget(scaleLabel_);
    connect(readScales_, &QButtonGroup::idClicked, this, [this](int scale) {
        Selection::State next = selection_.state();
        next.readScale = scale;
        selection_.set(next);
    });
    wholeMap_->setText(tr("Whole map"));
    wholeMap_->setObjectName(QStringLiteral("wholeMap"));
    wholeMap_->setToolTip(tr("The mean over positions instead of the chosen one"));
    wholeMap_->setFocusPolicy(Qt::StrongFocus);
    connect(wholeMap_, &QToolButton::clicked, this, [this] {
        Selection::State next = selection_.state();
        next.token = Selection::kAll;
        selection_.set(next);
    });
    play_->setObjectName(QStringLiteral("play"));
    play_->setFixedWidth(play_->sizeHint().width() +
                         play_->fontMetrics().horizontalAdvance(QStringLiteral("m"))); // whatever it says
    connect(play_, &QToolButton::toggled, this, &TokenPanel::play);
    look_->setObjectName(QStringLiteral("look"));
    connect(look_, &QPushButton::clicked, this, [this] {
        if (looker_.isAsking())
            looker_.stop();
        else
            looker_.ask(questionOf(selection_.state()));
        showNote();
    });

    auto* what = new QHBoxLayout;
    what->addWidget(legend_, 1);
    what->addWidget(wholeMap_);
    what->addWidget(play_);
    auto* scales = new QHBoxLayout;
    scales->addLayout(scaleRow_);
    scales->addStretch(1);
    auto* foot = new QVBoxLayout;
    foot->addLayout(what);
    foot->addLayout(scales);
    return foot;
}

void TokenPanel::makeScaleButtons() {
    if (readScales_->buttons().size() == run_.scales())
        return;
    for (QAbstractButton* button : readScales_->buttons())
        delete button;
    for (int scale = 0; scale < run_.scales(); ++scale) {
        QToolButton* button = toggle(QString::number(scale + 1), mapText(run_.map(scale)), this);
        button->setAutoRaise(true);
        readScales_->addButton(button, scale);
        scaleRow_->addWidget(button);
    }
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

QString TokenPanel::note() const {
    return note_->text();
}

void TokenPanel::draw() {
    const Selection::State& state = selection_.state();
    if (QAbstractButton* button = overlays_->button(int(state.overlay)))
        button->setChecked(true);
    head_->setCurrentIndex(state.head + 1);
    head_->setVisible(state.overlay != Overlay::Words);
    overScales_->setVisible(state.overlay == Overlay::Kept);
    title_->setText(titleText());
    view_->setPicture(run_.picture());
    if (run_.isEmpty()) {
        view_->setGrid(0, 0);
        explainColours();
        showNote();
        return;
    }
    const int shown = readScaleOf(state);
    const MapSize map = run_.map(shown);
    const LookPtr look = looker_.answer(questionOf(state));
    if (state.overlay == Overlay::Missing && state.readScale < 0) {
        if (const int most = mostMissingScale(run_, look.get(), state); most >= 0) {
            Selection::State next = state;
            next.readScale = most; // where there is most to be seen
            selection_.set(next);  // draws
            return;
        }
    }
    view_->setGrid(map.height, map.width);
    const widgets::TokenOverlay overlay = state.overlay == Overlay::Kept && overScales_->isChecked()
                                              ? keptOverScales(run_, state, state.head)
                                              : overlayOf(run_, look.get(), state, state.head);
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
    scaleLabel_->setText(state.overlay == Overlay::Words ? tr("Tokens of scale %1").arg(state.scale + 1)
                                                         : tr("Tokens of scale"));
    for (QAbstractButton* button : readScales_->buttons()) {
        const int scale = readScales_->id(button);
        button->setVisible(state.overlay != Overlay::Words);
        const bool earlier = state.overlay == Overlay::Kept || state.overlay == Overlay::Missing;
        button->setEnabled(earlier ? scale < std::max(1, state.scale) : scale <= state.scale);
    }
    if (QAbstractButton* button = readScales_->button(shown))
        button->setChecked(true);
    wholeMap_->setEnabled(state.token >= 0);
    explainColours();
    if (play_->isChecked()) {
        // Each scale is seen for a while before the next one comes.
        if (isAnswered())
            playing_.start();
        else
            looker_.ask(questionOf(state));
    } else if (!look && needsLook()) {
        askSoon();
    }
    showNote();
}

/// What is chosen cannot be shown of the record alone.
bool TokenPanel::needsLook() const {
    const Selection::State& state = selection_.state();
    if (run_.isEmpty() || state.overlay == Overlay::Kept)
        return false;
    return state.overlay != Overlay::Missing || missingSentence(run_, nullptr, state).isEmpty();
}

/// Nothing is to be waited for: all is shown that the choice can show now.
bool TokenPanel::isAnswered() const {
    const LookQuestion question = questionOf(selection_.state());
    return !needsLook() || looker_.answer(question) || !looker_.obstacle(question).isEmpty();
}

void TokenPanel::explainColours() {
    const widgets::TokenOverlay& overlay = view_->overlay();
    const Selection::State& state = selection_.state();
    if (overlay.kind == widgets::TokenOverlay::Kind::Heat)
        legend_->explain(overlay.kind, percentText(0), percentText(overlay.largest()));
    else if (overlay.kind != widgets::TokenOverlay::Kind::Kept)
        legend_->clear();
    else if (overScales_->isChecked())
        legend_->explain(overlay.kind, tr("never kept"), tr("always kept"));
    else if (state.head >= 0)
        legend_->explain(overlay.kind, tr("evicted"), tr("kept"));
    else
        legend_->explain(overlay.kind, tr("evicted by all heads"), tr("kept by all %1").arg(run_.heads()));
}

void TokenPanel::askSoon() {
    asking_.start();
}

void TokenPanel::choosePosition(int row, int column) {
    Selection::State next = selection_.state();
    next.token = tokenAt(run_.map(readScaleOf(next)), row, column, run_.map(next.scale));
    selection_.set(next);
    // Who clicks a position wants to know, however long it takes.
    if (needsLook())
        looker_.ask(questionOf(next));
    showNote();
}

void TokenPanel::play(bool on) {
    play_->setText(playText(on));
    playing_.stop();
    if (!on)
        return;
    if (selection_.state().scale + 1 >= run_.scales())
        selection_.setCell(selection_.state().layer, 0); // draws
    else
        draw();
}

void TokenPanel::step() {
    const Selection::State& state = selection_.state();
    if (state.scale + 1 < run_.scales())
        selection_.setCell(state.layer, state.scale + 1);
    else
        play_->setChecked(false);
}

QString TokenPanel::titleText() const {
    if (run_.isEmpty())
        return {};
    const Selection::State& state = selection_.state();
    const QString layer = tr("layer %1").arg(state.layer + 1);
    const QString heads = headText(state.head, run_.heads());
    if (state.overlay == Overlay::Kept)
        return tr("<b>What was kept of scale %1</b> when scale %2 was drawn · %3 · %4")
            .arg(readScaleOf(state) + 1)
            .arg(state.scale + 1)
            .arg(layer, state.head < 0 ? tr("by how many heads") : heads);
    if (state.overlay == Overlay::Words) {
        const LookPtr look = looker_.answer(questionOf(state));
        const QString word =
            look && state.word >= 0 && std::size_t(state.word) < look->words.size()
                ? QString::fromStdString(look->words[std::size_t(state.word)].text).toHtmlEscaped()
                : QString();
        return word.isEmpty()
                   ? tr("<b>Choose a word</b> to see where scale %1 reads it · %2")
                         .arg(state.scale + 1)
                         .arg(layer)
                   : tr("<b>Where scale %1 reads “%2”</b> · %3").arg(state.scale + 1).arg(word, layer);
    }
    const MapSize own = run_.map(state.scale);
    if (state.overlay == Overlay::Missing) {
        const MapSize asks = run_.map(state.scale);
        const QString what = state.token < 0
                                 ? tr("<b>What scale %1 misses of scale %2</b>, mean of its positions")
                                       .arg(state.scale + 1)
                                       .arg(readScaleOf(state) + 1)
                                 : tr("<b>What row %1, column %2 of scale %3 misses of scale %4</b>")
                                       .arg(state.token / asks.width + 1)
                                       .arg(state.token % asks.width + 1)
                                       .arg(state.scale + 1)
                                       .arg(readScaleOf(state) + 1);
        return QStringLiteral("%1 · %2 · %3").arg(what, layer, heads);
    }
    const QString who = state.token < 0
                            ? tr("<b>Where scale %1 looks</b>, mean of its positions").arg(state.scale + 1)
                            : tr("<b>Where row %1, column %2 of scale %3 looks</b>")
                                  .arg(state.token / own.width + 1)
                                  .arg(state.token % own.width + 1)
                                  .arg(state.scale + 1);
    return QStringLiteral("%1 · %2 · %3").arg(who, layer, heads);
}

void TokenPanel::showNote() {
    const Selection::State& state = selection_.state();
    QString text;
    bool mayLook = false;
    if (!run_.isEmpty() && state.overlay == Overlay::Missing && !needsLook()) {
        text = missingSentence(run_, nullptr, state);
    } else if (!run_.isEmpty() && state.overlay != Overlay::Kept) {
        const LookQuestion question = questionOf(state);
        const LookPtr look = looker_.answer(question);
        if (look && state.overlay == Overlay::Attention) {
            const double weight = weightOnShown(run_, look.get(), state, state.head);
            text = tr("%1 of its attention lies on these tokens; the brighter, the more. Click a position to "
                      "see where it looks.")
                       .arg(percentText(weight));
        } else if (look && state.overlay == Overlay::Missing) {
            text = missingSentence(run_, look.get(), state);
        } else if (look) {
            text = tr("Bright: the word is read much there. The words stand on the right.");
        } else if (const QString why = looker_.obstacle(question); !why.isEmpty()) {
            text = why;
        } else if (looker_.isAsking() || (asking_.isActive() && looker_.isQuick(question))) {
            text = tr("Repeating the run up to scale %1 …").arg(state.scale + 1);
        } else {
            const double seconds = run_.secondsUpTo(state.scale);
            text = seconds > 0 ? tr("To see this, the run is repeated up to scale %1 (about %2).")
                                     .arg(state.scale + 1)
                                     .arg(durationText(std::chrono::duration<double>(seconds)))
                               : tr("To see this, the run is repeated up to scale %1.").arg(state.scale + 1);
            mayLook = true;
        }
    } else if (!run_.isEmpty()) {
        text = keptSentence(run_, state);
        if (text.isEmpty())
            text = run_.isRunning() ? tr("This scale has not been drawn yet.")
                                    : tr("What was kept was not recorded. “Record” repeats the run for it.");
    }
    note_->setText(text);
    look_->setVisible(mayLook || looker_.isAsking());
    look_->setText(looker_.isAsking() ? tr("Stop") : tr("Look"));
}

QString TokenPanel::positionText(int row, int column) const {
    const Selection::State& state = selection_.state();
    QString text =
        tr("row %1, column %2 of scale %3").arg(row + 1).arg(column + 1).arg(readScaleOf(state) + 1);
    const double value = view_->overlay().value(row, column);
    if (std::isnan(value))
        return text;
    if (state.overlay == Overlay::Missing)
        text += value > 0 ? tr(": evicted; would get %1 of the attention")
                                .arg(QLocale().toString(value * 100, 'g', 3) + tr(" %"))
                          : tr(": nothing is missing");
    else if (view_->overlay().kind == widgets::TokenOverlay::Kind::Heat)
        text += tr(": %1 of the attention").arg(QLocale().toString(value * 100, 'g', 3) + tr(" %"));
    else if (overScales_->isChecked())
        text += tr(": kept in %1 of all later scales").arg(percentText(value / view_->overlay().maximum));
    else if (state.head >= 0)
        text += value > 0 ? tr(": kept") : tr(": evicted");
    else
        text += tr(": kept by %1 of %2 heads").arg(value).arg(run_.heads());
    return text;
}

} // namespace scalekv::ui

#include "ui/inspect/look_row.h"

#include "ui/inspect/inspect_text.h"
#include "ui/inspect/missing_attention.h"
#include "ui/inspect/overlays.h"
#include "ui/text/unit_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace scalekv::ui {

using Overlay = Selection::Overlay;

namespace {

constexpr int kAskAfter = 250; // milliseconds: one moves through cells faster than that

} // namespace

LookRow::LookRow(const InspectedRun& run, Looker& looker, Selection& selection, QWidget* parent)
    : QWidget(parent), run_(run), looker_(looker), selection_(selection), note_(new QLabel(this)),
      look_(new QPushButton(tr("Look"), this)) {
    note_->setWordWrap(true);
    note_->setObjectName(QStringLiteral("tokenNote"));
    note_->setMinimumHeight(note_->fontMetrics().lineSpacing() * 3 + 2);
    note_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    look_->setObjectName(QStringLiteral("look"));
    // The note gives way to the button: in a row of fixed things it would push the docks, which do not come
    // back.
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(note_, 1);
    row->addWidget(look_, 0, Qt::AlignTop);

    asking_.setSingleShot(true);
    asking_.setInterval(kAskAfter);
    connect(&asking_, &QTimer::timeout, this, [this] {
        if (!isVisible()) // nobody wants to know; who comes here draws again
            return;
        const LookQuestion question = questionOf(selection_.state());
        if (needsLook(run_, selection_.state()) && looker_.isQuick(question))
            looker_.ask(question);
        refresh();
    });
    connect(look_, &QPushButton::clicked, this, [this] {
        if (looker_.isAsking())
            looker_.stop();
        else
            looker_.ask(questionOf(selection_.state()));
        refresh();
    });
    connect(&looker_, &Looker::gaveUp, this, [this] {
        asking_.stop(); // who stops it does not want it a moment later
        refresh();
    });
}

QString LookRow::text() const {
    return note_->text();
}

LookRow::Note LookRow::keptNote() const {
    const QString known = keptSentence(run_, selection_.state());
    return {known.isEmpty() ? keptUnknown(run_) : known};
}

LookRow::Note LookRow::note() const {
    const Selection::State& state = selection_.state();
    if (run_.isEmpty())
        return {};
    if (state.overlay == Overlay::Kept)
        return keptNote();
    if (!needsLook(run_, state)) // what is missing, where nothing was evicted
        return {missingSentence(run_, nullptr, state)};
    const LookQuestion question = questionOf(state);
    const LookPtr look = looker_.answer(question);
    if (look && state.overlay == Overlay::Missing)
        return {missingSentence(run_, look.get(), state)};
    if (look && state.overlay == Overlay::Attention)
        return {
            tr("%1 of its attention lies on these tokens; the brighter, the more.%2 Click a position to "
               "see where it looks.")
                .arg(
                    percentText(weightOnShown(run_, look.get(), state, state.head)),
                    run_.isGuided()
                        ? tr(" Asked with the prompt; bars and cells average that with the empty prompt that "
                             "guidance runs beside it, and differ by a few points.")
                        : QString())};
    if (look)
        return {tr("Bright: the word is read much there. The words stand on the right.")};
    if (const QString why = looker_.obstacle(question); !why.isEmpty())
        return {why};
    if (looker_.isAsking() || (asking_.isActive() && looker_.isQuick(question)))
        return {tr("Repeating the run up to scale %1 …").arg(state.scale + 1)};
    const double seconds = run_.secondsUpTo(state.scale);
    return {seconds > 0 ? tr("To see this, the run is repeated up to scale %1 (about %2).")
                              .arg(state.scale + 1)
                              .arg(durationText(std::chrono::duration<double>(seconds)))
                        : tr("To see this, the run is repeated up to scale %1.").arg(state.scale + 1),
            true};
}

void LookRow::refresh() {
    const Note now = note();
    note_->setText(now.text);
    look_->setVisible(now.mayLook || looker_.isAsking());
    look_->setText(looker_.isAsking() ? tr("Stop") : tr("Look"));
}

} // namespace scalekv::ui

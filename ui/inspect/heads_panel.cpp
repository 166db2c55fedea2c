#include "ui/inspect/heads_panel.h"

#include "figures/layer_figure.h"
#include "ui/inspect/inspect_text.h"
#include "ui/inspect/overlays.h"
#include "widgets/token_tiles.h"

#include <QLabel>
#include <QVBoxLayout>

#include <numeric>

namespace scalekv::ui {

using Overlay = Selection::Overlay;
using widgets::TokenOverlay;

namespace {

/// Words are not told apart by head.
Selection::State shownByHeads(Selection::State state) {
    if (state.overlay == Overlay::Words)
        state.overlay = Overlay::Attention;
    return state;
}

} // namespace

HeadsPanel::HeadsPanel(const InspectedRun& run, const Looker& looker, Selection& selection, QWidget* parent)
    : QWidget(parent), run_(run), looker_(looker), selection_(selection), note_(new QLabel(this)),
      tiles_(new widgets::TokenTiles(this)) {
    tiles_->setObjectName(QStringLiteral("heads"));
    tiles_->setAccessibleName(tr("Heads of the layer"));
    note_->setObjectName(QStringLiteral("headsNote"));
    note_->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(note_);
    column->addWidget(tiles_);
    connect(tiles_, &widgets::TokenTiles::tileSelected, this, [this](int head) {
        selection_.setHead(head == selection_.state().head ? Selection::kAll : head);
    });
    connect(&selection_, &Selection::changed, this, &HeadsPanel::draw);
    connect(&run_, &InspectedRun::settled, this, &HeadsPanel::draw);
    connect(&looker_, &Looker::answered, this, &HeadsPanel::draw);
    draw();
}

QString HeadsPanel::noteText() const {
    const Selection::State state = shownByHeads(selection_.state());
    const QString choose = tr(" Click one to see it alone, again for all.");
    if (state.overlay == Overlay::Missing)
        return tr("With each head, the share of its attention that would go to evicted tokens of scale %1.")
                   .arg(readScaleOf(state) + 1) +
               choose;
    if (state.overlay != Overlay::Kept)
        return tr("With each head, the share of its attention that lies on the tokens of scale %1.")
                   .arg(readScaleOf(state) + 1) +
               choose;
    if (state.overScales)
        return tr("With each head of layer %1, how much of scale %2 it kept, over all later scales.")
                   .arg(state.layer + 1)
                   .arg(readScaleOf(state) + 1) +
               choose;
    return tr("With each head of layer %1, how much of scale %2 it still had when scale %3 was drawn.")
               .arg(state.layer + 1)
               .arg(readScaleOf(state) + 1)
               .arg(state.scale + 1) +
           choose;
}

/// With the share that is asked for, where it is known.
QString HeadsPanel::caption(int head, const TokenOverlay& overlay) const {
    const Selection::State state = shownByHeads(selection_.state());
    QString name = tr("head %1").arg(head + 1);
    if (state.overlay == Overlay::Kept) {
        if (overlay.kind != TokenOverlay::Kind::Kept)
            return name;
        const double kept = std::accumulate(overlay.values.begin(), overlay.values.end(), 0.0);
        return tr("%1 · kept %2")
            .arg(name, percentText(kept / (overlay.maximum * double(overlay.values.size()))));
    }
    if (overlay.kind == TokenOverlay::Kind::Heat)
        return tr("%1 · %2").arg(
            name, percentText(std::accumulate(overlay.values.begin(), overlay.values.end(), 0.0)));
    if (state.overlay == Overlay::Missing || state.token >= 0)
        return name;
    const std::vector<double> recorded = figures::massOf(run_.record(), state.scale, state.layer, head);
    const auto read = std::size_t(readScaleOf(state));
    return read < recorded.size() ? tr("%1 · %2").arg(name, percentText(recorded[read])) : name;
}

void HeadsPanel::draw() {
    QVector<widgets::TokenTile> tiles;
    const Selection::State state = shownByHeads(selection_.state());
    note_->setText(noteText());
    tiles_->setPicture(run_.picture());
    if (!run_.isEmpty()) {
        const LookPtr look = looker_.answer(questionOf(state));
        for (int head = 0; head < run_.heads(); ++head) {
            TokenOverlay overlay = overlayOf(run_, look.get(), state, head);
            const QString text = caption(head, overlay);
            tiles += {text, std::move(overlay)};
        }
    }
    tiles_->setTiles(std::move(tiles));
    tiles_->setSelected(state.head);
}

} // namespace scalekv::ui

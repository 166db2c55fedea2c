#include "ui/inspect/words_panel.h"

#include "ui/inspect/inspect_text.h"
#include "ui/inspect/overlays.h"
#include "widgets/token_tiles.h"

#include <QLabel>
#include <QVBoxLayout>

namespace scalekv::ui {

WordsPanel::WordsPanel(const InspectedRun& run, const Looker& looker, Selection& selection, QWidget* parent)
    : QWidget(parent), run_(run), looker_(looker), selection_(selection), note_(new QLabel(this)),
      tiles_(new widgets::TokenTiles(this)) {
    note_->setWordWrap(true);
    note_->setObjectName(QStringLiteral("wordsNote"));
    tiles_->setObjectName(QStringLiteral("words"));
    tiles_->setAccessibleName(tr("Words of the prompt"));
    note_->setToolTip(
        tr("The text encoder reads the prompt in pieces: a long word may be several, and those that go on "
           "begin with “…”. The end of the prompt is a piece of its own, on which attention often "
           "rests."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(note_);
    column->addWidget(tiles_, 1);
    connect(tiles_, &widgets::TokenTiles::tileSelected, this, [this](int word) {
        Selection::State next = selection_.state();
        next.word = word;
        next.overlay = Selection::Overlay::Words;
        selection_.set(next);
    });
    connect(&selection_, &Selection::changed, this, &WordsPanel::draw);
    connect(&run_, &InspectedRun::settled, this, &WordsPanel::draw);
    connect(&looker_, &Looker::answered, this, &WordsPanel::draw);
    draw();
}

void WordsPanel::draw() {
    const Selection::State& state = selection_.state();
    QVector<widgets::TokenTile> tiles;
    const bool own = state.overlay != Selection::Overlay::Missing; // else it is of the full cache
    const LookPtr look = run_.isEmpty() || !own ? nullptr : looker_.answer(questionOf(state));
    tiles_->setPicture(run_.picture());
    if (look) {
        const LayerLook& layer = look->layers.at(std::size_t(state.layer));
        for (std::size_t word = 0; word < look->words.size(); ++word)
            tiles += {tr("%1 · %2").arg(pieceText(look->words[word]), percentText(layer.wordsRead[word])),
                      wordOverlay(run_, *look, state, int(word))};
        note_->setText(
            state.token < 0
                ? tr("How much the positions of scale %1 read of each piece of the prompt, on average.")
                      .arg(state.scale + 1)
                : tr("How much the chosen position of scale %1 reads of each piece of the prompt.")
                      .arg(state.scale + 1));
    } else if (!own) {
        note_->setText(
            tr("What is missing is asked of the full cache. Choose Attention or Words to see what this run "
               "reads of the prompt."));
    } else {
        note_->setText(tr("The words of the prompt appear here when the run has been looked into."));
    }
    tiles_->setTiles(std::move(tiles));
    tiles_->setSelected(state.overlay == Selection::Overlay::Words ? state.word : -1);
}

} // namespace scalekv::ui

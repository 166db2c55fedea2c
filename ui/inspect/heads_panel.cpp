#include "ui/inspect/heads_panel.h"

#include "ui/inspect/inspect_text.h"
#include "ui/inspect/overlays.h"
#include "widgets/token_tiles.h"

#include <QLabel>
#include <QVBoxLayout>

namespace scalekv::ui {

HeadsPanel::HeadsPanel(const InspectedRun& run, const Looker& looker, Selection& selection, QWidget* parent)
    : QWidget(parent), run_(run), looker_(looker), selection_(selection),
      tiles_(new widgets::TokenTiles(this)) {
    tiles_->setObjectName(QStringLiteral("heads"));
    tiles_->setAccessibleName(tr("Heads of the layer"));
    auto* note = new QLabel(tr("With each head, the share of its attention that stays within the map being "
                               "drawn. Click one to see it alone, again for all."),
                            this);
    note->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(note);
    column->addWidget(tiles_);
    connect(tiles_, &widgets::TokenTiles::tileSelected, this, [this](int head) {
        selection_.setHead(head == selection_.state().head ? Selection::kAll : head);
    });
    connect(&selection_, &Selection::changed, this, &HeadsPanel::draw);
    connect(&run_, &InspectedRun::settled, this, &HeadsPanel::draw);
    connect(&looker_, &Looker::answered, this, &HeadsPanel::draw);
    draw();
}

void HeadsPanel::draw() {
    QVector<widgets::TokenTile> tiles;
    Selection::State state = selection_.state();
    tiles_->setPicture(run_.picture());
    if (!run_.isEmpty()) {
        if (state.overlay == Selection::Overlay::Words)
            state.overlay = Selection::Overlay::Attention; // words are not told apart by head
        const LookPtr look = looker_.answer(questionOf(state));
        const auto attention = run_.record().attention[std::size_t(state.scale)][std::size_t(state.layer)];
        for (int head = 0; head < run_.heads(); ++head) {
            QString caption = tr("head %1").arg(head + 1);
            if (attention)
                caption += QStringLiteral(" · ") + percentText(attention->heads[std::size_t(head)].current);
            tiles += {caption, overlayOf(run_, look.get(), state, head)};
        }
    }
    tiles_->setTiles(std::move(tiles));
    tiles_->setSelected(state.head);
}

} // namespace scalekv::ui

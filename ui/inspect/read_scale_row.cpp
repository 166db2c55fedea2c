#include "ui/inspect/read_scale_row.h"

#include "ui/inspect/overlays.h"
#include "ui/text/shape_text.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <algorithm>

namespace scalekv::ui {

using Overlay = Selection::Overlay;

ReadScaleRow::ReadScaleRow(const InspectedRun& run, Selection& selection, QWidget* parent)
    : QWidget(parent), run_(run), selection_(selection), label_(new QLabel(this)), row_(new QHBoxLayout),
      scales_(new QButtonGroup(this)) {
    label_->setToolTip(tr("Whose tokens lie over the picture: the chosen scale's own, or those of an "
                          "earlier one that it could read"));
    row_->setSpacing(2);
    row_->addWidget(label_);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->addLayout(row_);
    line->addStretch(1);
    connect(scales_, &QButtonGroup::idClicked, this, [this](int scale) {
        Selection::State next = selection_.state();
        next.readScale = scale;
        selection_.set(next);
    });
    connect(&selection_, &Selection::changed, this, &ReadScaleRow::showChoice);
    connect(&run_, &InspectedRun::changed, this, [this] {
        makeButtons();
        showChoice();
    });
    makeButtons();
    showChoice();
}

void ReadScaleRow::makeButtons() {
    if (scales_->buttons().size() == run_.scales())
        return;
    for (QAbstractButton* button : scales_->buttons())
        delete button;
    for (int scale = 0; scale < run_.scales(); ++scale) {
        auto* button = new QToolButton(this);
        button->setText(QString::number(scale + 1));
        button->setToolTip(mapText(run_.map(scale)));
        button->setCheckable(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAutoRaise(true);
        scales_->addButton(button, scale);
        row_->addWidget(button);
    }
}

void ReadScaleRow::showChoice() {
    const Selection::State& state = selection_.state();
    const bool words = state.overlay == Overlay::Words; // only the asking scale reads them
    label_->setText(words ? tr("Tokens of scale %1").arg(state.scale + 1) : tr("Tokens of scale"));
    for (QAbstractButton* button : scales_->buttons()) {
        const int scale = scales_->id(button);
        button->setVisible(!words);
        button->setEnabled(isOfHistory(state.overlay) ? scale < std::max(1, state.scale)
                                                      : scale <= state.scale);
    }
    if (QAbstractButton* button = scales_->button(readScaleOf(state)))
        button->setChecked(true);
}

} // namespace scalekv::ui

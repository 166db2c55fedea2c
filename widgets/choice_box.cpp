#include "widgets/choice_box.h"

#include "widgets/elided_label.h"
#include "widgets/eliding_combo_box.h"
#include "widgets/wheel_guard.h"

#include <QAbstractItemView>
#include <QSignalBlocker>
#include <QStackedLayout>

#include <algorithm>

namespace scalekv::widgets {

ChoiceBox::ChoiceBox(QWidget* parent)
    : QWidget(parent), box_(new ElidingComboBox(this)), plain_(new ElidedLabel(this)),
      either_(new QStackedLayout(this)) {
    either_->addWidget(box_);
    either_->addWidget(plain_);
    guardWheel(box_);
    connect(box_, &QComboBox::currentIndexChanged, this, &ChoiceBox::chosenChanged);
}

void ChoiceBox::setChoices(const QVector<Choice>& choices) {
    {
        const QSignalBlocker blocker(box_);
        const QVariant before = chosen();
        box_->clear();
        for (const Choice& choice : choices)
            box_->addItem(choice.text, choice.data);
        if (!choices.isEmpty())
            box_->setCurrentIndex(std::max(0, box_->findData(before)));
    }
    constexpr int kListMargin = 12; // the opened list shows the whole texts
    box_->view()->setMinimumWidth(box_->view()->sizeHintForColumn(0) + kListMargin);
    plain_->setFullText(box_->itemText(0));
    either_->setCurrentWidget(box_->count() == 1 ? static_cast<QWidget*>(plain_) : box_);
}

bool ChoiceBox::isEmpty() const {
    return box_->count() == 0;
}

QVariant ChoiceBox::chosen() const {
    return box_->currentData();
}

QString ChoiceBox::chosenText() const {
    return box_->currentText();
}

bool ChoiceBox::choose(const QVariant& choice) {
    const int index = box_->findData(choice);
    if (index >= 0)
        box_->setCurrentIndex(index);
    return index >= 0;
}

} // namespace scalekv::widgets

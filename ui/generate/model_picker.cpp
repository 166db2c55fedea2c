#include "ui/generate/model_picker.h"

#include "ui/shell/model_opener.h"
#include "widgets/eliding_combo_box.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>

namespace scalekv::ui {

ModelPicker::ModelPicker(ModelOpener& models, QWidget* parent)
    : QWidget(parent), models_(models), box_(new widgets::ElidingComboBox(this)),
      open_(new widgets::FocusToolButton(this)) {
    box_->setAccessibleName(tr("Model"));
    box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box_->setMinimumContentsLength(6);
    open_->setIcon(widgets::icon(QStringLiteral("open")));
    open_->setToolTip(tr("Open another model"));
    open_->setAccessibleName(open_->toolTip());
    open_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(open_);
    menu->addAction(tr("Open model f&older…"), &models_, &ModelOpener::askForFolder);
    menu->addAction(tr("Open model &file…"), &models_, &ModelOpener::askForFile);
    open_->setMenu(menu);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(box_, 1);
    layout->addWidget(open_);
    fill();
    connect(&models_, &ModelOpener::chosenChanged, this, &ModelPicker::fill);
    connect(&models_.recent(), &RecentModels::changed, this, &ModelPicker::fill);
    connect(box_, &QComboBox::activated, this, [this](int index) {
        const QString path = box_->itemData(index).toString();
        if (!path.isEmpty())
            models_.open(path);
    });
}

void ModelPicker::fill() {
    const QSignalBlocker blocker(box_);
    box_->clear();
    const auto add = [this](const QString& name, const QString& path) {
        box_->addItem(name, path);
        box_->setItemData(box_->count() - 1, path, Qt::ToolTipRole);
    };
    const RecentModels& recent = models_.recent();
    if (!recent.demoPath().isEmpty())
        add(recent.demoName(), recent.demoPath());
    for (const RecentModels::Known& known : recent.others())
        add(known.name, known.path);
    const QString chosen = models_.chosenPath();
    if (!chosen.isEmpty() && box_->findData(chosen) < 0)
        add(QFileInfo(chosen).fileName(), chosen); // on its way for the first time
    if (box_->count() == 0)
        box_->setPlaceholderText(tr("Open a model →"));
    box_->setCurrentIndex(chosen.isEmpty() ? -1 : box_->findData(chosen));
}

QString ModelPicker::chosenPath() const {
    return box_->currentData().toString();
}

} // namespace scalekv::ui

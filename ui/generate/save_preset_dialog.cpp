#include "ui/generate/save_preset_dialog.h"

#include "widgets/wrapped_label.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace scalekv::ui {

using widgets::WrappedLabel;

SavePresetDialog::SavePresetDialog(const GenerationRequest& request, PresetFolder folder, QWidget* parent)
    : QDialog(parent), request_(request), folder_(std::move(folder)), name_(new QLineEdit(this)),
      withPrompt_(new QCheckBox(tr("&With the prompt and the seed"), this)),
      summary_(new WrappedLabel(WrappedLabel::Tone::Faint, this)),
      note_(new WrappedLabel(WrappedLabel::Tone::Plain, this)) {
    setWindowTitle(tr("Save settings as preset"));
    name_->setObjectName(QStringLiteral("presetName"));
    name_->setMaxLength(200);
    // Enter alone is enough.
    name_->setText(folder_.freeName(presetSummary(presetOf(request, {}, false))));
    withPrompt_->setObjectName(QStringLiteral("presetWithPrompt"));
    withPrompt_->setToolTip(
        tr("Otherwise using the preset leaves prompt, negative prompt and seed as they are"));
    summary_->setObjectName(QStringLiteral("presetSummary"));
    note_->setObjectName(QStringLiteral("presetNote"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    save_ = buttons->addButton(tr("Save"), QDialogButtonBox::AcceptRole);
    save_->setDefault(true);
    save_->setObjectName(QStringLiteral("savePreset"));

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->addRow(tr("&Name"), name_);
    form->addRow(QString(), withPrompt_);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(summary_);
    column->addWidget(note_);
    column->addStretch(1);
    column->addWidget(buttons);
    setMinimumWidth(420);

    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(name_, &QLineEdit::textChanged, this, &SavePresetDialog::look);
    connect(withPrompt_, &QCheckBox::toggled, this, &SavePresetDialog::look);
    look();
    name_->setFocus();
    name_->selectAll();
}

void SavePresetDialog::look() {
    const bool named = !name_->text().trimmed().isEmpty();
    const bool there = named && folder_.find(name_->text());
    summary_->say(presetSummary(preset()));
    note_->say(there ? tr("There is a preset of this name; it will be replaced.") : QString());
    save_->setText(there ? tr("Replace") : tr("Save"));
    save_->setEnabled(named);
}

Preset SavePresetDialog::preset() const {
    return presetOf(request_, name_->text(), withPrompt_->isChecked());
}

} // namespace scalekv::ui

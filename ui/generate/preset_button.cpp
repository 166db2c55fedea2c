#include "ui/generate/preset_button.h"

#include "ui/generate/manage_presets_dialog.h"
#include "ui/generate/save_preset_dialog.h"

#include <QMenu>

namespace scalekv::ui {
namespace {

/// A name from anywhere, as a menu can show it.
QString entryText(const QString& name, const QFontMetrics& metrics) {
    constexpr int kWidest = 36; // in mean letters
    QString text =
        metrics.elidedText(name.simplified(), Qt::ElideRight, kWidest * metrics.averageCharWidth());
    return text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

} // namespace

PresetButton::PresetButton(std::function<GenerationRequest()> current, QWidget* parent)
    : FocusToolButton(parent), current_(std::move(current)), editor_(PresetFolder()) {
    setObjectName(QStringLiteral("presetButton"));
    setText(tr("Presets"));
    setToolTip(tr("Settings that you have saved under a name"));
    setPopupMode(QToolButton::InstantPopup);
    setAutoRaise(true);
    auto* menu = new QMenu(this);
    menu->setToolTipsVisible(true);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &PresetButton::fillMenu);
}

void PresetButton::fillMenu() {
    QMenu* entries = menu();
    entries->clear();
    for (const StoredPreset& stored : editor_.folder().presets()) {
        const Preset& preset = stored.preset;
        QAction* entry = entries->addAction(entryText(preset.name, entries->fontMetrics()), this,
                                            [this, preset] { Q_EMIT chosen(preset); });
        entry->setEnabled(preset.problem.isEmpty());
        entry->setToolTip(QStringLiteral("<p>%1</p>").arg(presetSummary(preset).toHtmlEscaped()));
    }
    if (entries->isEmpty())
        entries->addAction(tr("No presets yet"))->setEnabled(false);
    entries->addSeparator();
    entries->addAction(tr("&Save settings as preset…"), this, &PresetButton::save);
    entries->addAction(tr("&Manage presets…"), this, &PresetButton::manage);
}

void PresetButton::save() {
    const GenerationRequest request = current_();
    if (const auto problem = settingProblem(request)) {
        Q_EMIT refused(
            tr("These settings cannot be saved: %1 %2.")
                .arg(QString::fromStdString(problem->field), QString::fromStdString(problem->why)));
        return;
    }
    SavePresetDialog dialog(request, editor_.folder(), window());
    connect(&editor_, &PresetEditor::failed, &dialog, [this](const QString& why) { Q_EMIT refused(why); });
    if (dialog.exec() == QDialog::Accepted)
        editor_.save(dialog.preset());
}

void PresetButton::manage() {
    ManagePresetsDialog(editor_, window()).exec();
}

} // namespace scalekv::ui

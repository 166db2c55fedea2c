#include "ui/generate/manage_presets_dialog.h"

#include "scalekv/error.h"
#include "scalekv/write_file.h"
#include "ui/generate/preset_editor.h"
#include "ui/shell/usual_folder.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"
#include "widgets/problem_label.h"
#include "widgets/wrapped_label.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QListWidget>
#include <QSettings>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <string_view>

namespace scalekv::ui {
namespace {

constexpr char kPresetsFolderKey[] = "presets/folder";

QString filesFolder() {
    const QString folder = QSettings().value(QLatin1String(kPresetsFolderKey)).toString();
    return QFileInfo(folder).isDir() ? folder : usualFolder(QStandardPaths::DocumentsLocation);
}

void rememberFolder(const QString& file) {
    QSettings().setValue(QLatin1String(kPresetsFolderKey), QFileInfo(file).absolutePath());
}

} // namespace

ManagePresetsDialog::ManagePresetsDialog(PresetEditor& editor, QWidget* parent)
    : QDialog(parent), editor_(editor), list_(new QListWidget(this)),
      summary_(new widgets::WrappedLabel(widgets::WrappedLabel::Tone::Faint, this)),
      problem_(new widgets::ProblemLabel(this)), rename_(new QAction(tr("&Rename"), this)),
      remove_(new QAction(tr("&Delete"), this)), import_(new QAction(tr("&Import…"), this)),
      export_(new QAction(tr("&Export…"), this)), undo_(new QAction(tr("&Undo"), this)),
      redo_(new QAction(tr("Red&o"), this)) {
    setWindowTitle(tr("Presets"));
    list_->setObjectName(QStringLiteral("presets"));
    list_->setAccessibleName(tr("Presets"));
    list_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setTextElideMode(Qt::ElideRight);
    list_->setIconSize({16, 16});
    summary_->setObjectName(QStringLiteral("presetSummary"));
    problem_->setObjectName(QStringLiteral("presetProblem"));
    makeActions();

    auto* buttons = new QVBoxLayout;
    for (QAction* action : {rename_, remove_, import_, export_, undo_, redo_}) {
        auto* button = new widgets::FocusPushButton(action->text(), this);
        button->setObjectName(action->objectName());
        button->setToolTip(action->toolTip());
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::changed, button, [action, button] {
            button->setEnabled(action->isEnabled());
            button->setToolTip(action->toolTip());
        });
        button->setEnabled(action->isEnabled());
        buttons->addWidget(button);
        if (action == remove_ || action == export_)
            buttons->addSpacing(8);
    }
    buttons->addStretch(1);
    auto* row = new QHBoxLayout;
    row->addWidget(list_, 1);
    row->addLayout(buttons);
    auto* close = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(close, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row, 1);
    column->addWidget(summary_);
    column->addWidget(problem_);
    column->addWidget(close);
    resize(480, 360);

    connect(list_, &QListWidget::currentRowChanged, this, &ManagePresetsDialog::lookAtCurrent);
    connect(list_, &QListWidget::itemChanged, this, &ManagePresetsDialog::takeName);
    connect(&editor_, &PresetEditor::failed, problem_, &widgets::ProblemLabel::setProblem);
    fill({});
    list_->setFocus();
}

void ManagePresetsDialog::makeActions() {
    const auto set = [this](QAction* action, const char* name, const QString& toolTip,
                            const QList<QKeySequence>& keys, auto what) {
        action->setObjectName(QLatin1String(name));
        action->setToolTip(keys.isEmpty() ? toolTip
                                          : QStringLiteral("%1 (%2)").arg(
                                                toolTip, keys.front().toString(QKeySequence::NativeText)));
        // In the list only: in the editor of a name these keys are the text's.
        if (action == remove_ || action == rename_) {
            action->setShortcutContext(Qt::WidgetShortcut);
            list_->addAction(action);
        } else {
            addAction(action);
        }
        if (action != rename_) // the list's own key
            action->setShortcuts(keys);
        connect(action, &QAction::triggered, this, what);
    };
    set(rename_, "renamePreset", tr("Give it another name"), {Qt::Key_F2},
        [this] { list_->editItem(list_->currentItem()); });
    set(remove_, "deletePreset", tr("Delete it; Undo brings it back"), {QKeySequence::Delete},
        &ManagePresetsDialog::remove);
    set(import_, "importPreset",
        tr("Take presets from files: presets, settings as JSON, pictures with their recipes"), {},
        &ManagePresetsDialog::import);
    set(export_, "exportPreset", tr("Write it into a file, for somebody else"), {},
        &ManagePresetsDialog::exportCurrent);
    set(undo_, "undoPreset", tr("Undo"), QKeySequence::keyBindings(QKeySequence::Undo),
        [this] { step(&QUndoStack::undo); });
    set(redo_, "redoPreset", tr("Redo"), QKeySequence::keyBindings(QKeySequence::Redo),
        [this] { step(&QUndoStack::redo); });
    QUndoStack& undo = editor_.undo();
    connect(&undo, &QUndoStack::canUndoChanged, undo_, &QAction::setEnabled);
    connect(&undo, &QUndoStack::canRedoChanged, redo_, &QAction::setEnabled);
    undo_->setEnabled(undo.canUndo());
    redo_->setEnabled(undo.canRedo());
}

void ManagePresetsDialog::fill(const QString& current) {
    const int before = list_->currentRow();
    const QSignalBlocker blocker(list_);
    presets_ = editor_.folder().presets();
    list_->clear();
    int row = std::min(std::max(before, 0), int(presets_.size()) - 1);
    for (const StoredPreset& stored : presets_) {
        auto* item = new QListWidgetItem(stored.preset.name, list_);
        item->setToolTip(QStringLiteral("<p>%1</p>").arg(presetSummary(stored.preset).toHtmlEscaped()));
        if (stored.preset.problem.isEmpty())
            item->setFlags(item->flags() | Qt::ItemIsEditable);
        else
            item->setIcon(widgets::icon(QStringLiteral("warning")));
        if (stored.path == current)
            row = list_->count() - 1;
    }
    list_->setCurrentRow(row);
    lookAtCurrent();
}

const StoredPreset* ManagePresetsDialog::current() const {
    const int row = list_->currentRow();
    return row >= 0 && row < presets_.size() ? &presets_.at(row) : nullptr;
}

void ManagePresetsDialog::lookAtCurrent() {
    const StoredPreset* stored = current();
    const bool usable = stored && stored->preset.problem.isEmpty();
    summary_->say(stored
                      ? presetSummary(stored->preset)
                      : tr("There are no presets yet. Presets → Save settings as preset… makes one of what "
                           "stands in the form."));
    problem_->setProblem({});
    rename_->setEnabled(usable);
    export_->setEnabled(usable);
    remove_->setEnabled(stored);
}

void ManagePresetsDialog::takeName(QListWidgetItem* item) {
    const StoredPreset stored = presets_.at(list_->row(item));
    if (item->text() == stored.preset.name)
        return;
    const bool done = !editor_.rename(stored, item->text()).isEmpty();
    const QString why = problem_->problem();
    // Later: the list is still closing the editor.
    QMetaObject::invokeMethod(
        this,
        [=, this] {
            fill(stored.path);
            if (!done)
                problem_->setProblem(why);
        },
        Qt::QueuedConnection);
}

void ManagePresetsDialog::remove() {
    const StoredPreset* stored = current();
    if (stored && !editor_.remove(*stored).isEmpty())
        fill({});
}

void ManagePresetsDialog::step(void (QUndoStack::*way)()) {
    problem_->setProblem({});
    QString path = current() ? current()->path : QString();
    const QStringList before = QDir(editor_.folder().path()).entryList(QDir::Files);
    (editor_.undo().*way)();
    const QString why = problem_->problem();
    for (const StoredPreset& stored : editor_.folder().presets())
        if (!before.contains(QFileInfo(stored.path).fileName()))
            path = stored.path; // what has come back is gone to
    fill(path);
    problem_->setProblem(why);
}

void ManagePresetsDialog::import() {
    const QStringList paths = QFileDialog::getOpenFileNames(
        this, tr("Import presets"), filesFolder(), tr("Presets and pictures (*.json *.png);;All files (*)"));
    QString added, problem;
    for (const QString& path : paths) {
        rememberFolder(path);
        const Preset preset = readPreset(path);
        if (!preset.problem.isEmpty())
            problem = preset.problem;
        else if (const QString file = editor_.add(preset); !file.isEmpty())
            added = file;
        else
            problem = problem_->problem();
    }
    const StoredPreset* stored = current();
    if (added.isEmpty() && stored)
        added = stored->path;
    fill(added);
    problem_->setProblem(problem);
}

void ManagePresetsDialog::exportCurrent() {
    const StoredPreset* stored = current();
    if (!stored || !stored->preset.problem.isEmpty())
        return;
    const Preset preset = stored->preset;
    QFileDialog dialog(this, tr("Export preset"), filesFolder(), tr("Presets (*.json)"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(QStringLiteral("json"));
    dialog.selectFile(QFileInfo(stored->path).fileName());
    if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty())
        return;
    const QString path = dialog.selectedFiles().front();
    rememberFolder(path);
    const QByteArray text = toText(preset);
    try {
        writeFile(path.toStdString(), std::string_view(text.constData(), std::size_t(text.size())));
        problem_->setProblem({});
    } catch (const Error& error) {
        problem_->setProblem(QString::fromUtf8(error.what()));
    }
}

} // namespace scalekv::ui

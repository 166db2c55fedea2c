#include "ui/generate/calibrate_dialog.h"

#include "scalekv/calibrate.h"
#include "scalekv/error.h"
#include "scalekv/file_stem.h"
#include "scalekv/prompts.h"
#include "scalekv/write_file.h"
#include "ui/generate/prompt_lines.h"
#include "ui/shell/usual_folder.h"
#include "ui/text/unit_text.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"
#include "widgets/problem_label.h"
#include "widgets/wheel_guard.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

namespace scalekv::ui {
namespace {

constexpr char kPrompts[] = "prompts", kSize[] = "size", kFile[] = "file";

/// Empty where there is none that can be read: they can be typed.
QString usualLines(const ModelSummary& model, const QString& otherwise) {
    try {
        return promptLines(model.files.calibrationPrompts.empty()
                               ? otherwise
                               : QString::fromStdString(model.files.calibrationPrompts.string()));
    } catch (const Error&) {
        return {};
    }
}

QString pathOf(const QLineEdit& field) {
    return QFileInfo(QDir::fromNativeSeparators(field.text().trimmed())).absoluteFilePath();
}

} // namespace

CalibrateDialog::CalibrateDialog(const ModelSummary& model, const QString& usualPrompts,
                                 std::function<double(const GenerationRequest&)> secondsOf, QWidget* parent)
    : QDialog(parent), model_(model), secondsOf_(std::move(secondsOf)), prompts_(new QPlainTextEdit(this)),
      size_(new QComboBox(this)), file_(new QLineEdit(this)), summary_(new QLabel(this)),
      problem_(new widgets::ProblemLabel(this)) {
    setWindowTitle(tr("Calibrate %1").arg(model.name()));
    setObjectName(QStringLiteral("calibrate"));
    auto* about = new QLabel(this); // a label that keeps the height of its narrowest would fill the screen
    about->setWordWrap(true);
    about->setForegroundRole(QPalette::PlaceholderText);
    about->setText(
        tr("Measures, over some prompts with the full cache, how much each layer looks back: which layers "
           "draft and which refine, at which scale. ScaleKV divides its budget by that. Once for each "
           "model; what was stopped goes on where it was."));
    prompts_->setObjectName(QStringLiteral("calibrationPrompts"));
    prompts_->setTabChangesFocus(true);
    prompts_->setPlainText(usualLines(model, usualPrompts));
    size_->setObjectName(QStringLiteral("calibrationSize"));
    widgets::guardWheel(size_);
    for (const std::string& size : model.files.sizes)
        size_->addItem(QString::fromStdString(size));
    size_->setCurrentText(QString::fromStdString(recommendedRequest(model.files).size));
    file_->setObjectName(QStringLiteral("calibrationFile"));
    file_->setToolTip(tr("As calibration.json beside the model's weights it becomes the model's own"));
    summary_->setObjectName(QStringLiteral("calibrationSummary"));
    problem_->setObjectName(QStringLiteral("calibrationProblem"));
    auto* choose = new widgets::FocusToolButton(this);
    choose->setIcon(widgets::icon(QStringLiteral("open")));
    choose->setToolTip(tr("Choose another file…"));
    choose->setAccessibleName(tr("Choose another file"));
    auto* fileRow = new QHBoxLayout;
    fileRow->addWidget(file_, 1);
    fileRow->addWidget(choose);
    auto* form = new QFormLayout;
    form->addRow(tr("&Size"), size_);
    auto* fileLabel = new QLabel(tr("&File"), this);
    fileLabel->setBuddy(file_);
    form->addRow(fileLabel, fileRow);
    auto* label = new QLabel(tr("&Prompts, one a line"), this);
    label->setBuddy(prompts_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    add_ = buttons->addButton(tr("Add to the queue"), QDialogButtonBox::AcceptRole);
    add_->setObjectName(QStringLiteral("addCalibration"));
    add_->setDefault(true);
    auto* column = new QVBoxLayout(this);
    column->addWidget(about);
    column->addWidget(label);
    column->addWidget(prompts_, 1);
    column->addLayout(form);
    column->addWidget(problem_);
    column->addWidget(summary_);
    column->addWidget(buttons);
    connect(choose, &QToolButton::clicked, this, &CalibrateDialog::chooseFile);
    connect(buttons, &QDialogButtonBox::accepted, this, &CalibrateDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(prompts_, &QPlainTextEdit::textChanged, this, &CalibrateDialog::refresh);
    connect(size_, &QComboBox::currentIndexChanged, this, &CalibrateDialog::refresh);
    connect(file_, &QLineEdit::textChanged, this, [this] {
        readFile();
        refresh();
    });
    restore();
    refresh();
    resize(560, 460);
}

QString CalibrateDialog::settingsKey(const char* what) const {
    return QStringLiteral("calibrate/%1/%2")
        .arg(QString::fromStdString(titleStem(model_.files.name)), QLatin1String(what));
}

/// As it was asked for last, of this model; else the model's own file, unless that holds something else, as
/// a calibration that was made in another precision.
void CalibrateDialog::restore() {
    const QSettings settings;
    if (const QString prompts = settings.value(settingsKey(kPrompts)).toString(); !prompts.isEmpty())
        prompts_->setPlainText(prompts);
    if (const int size = size_->findText(settings.value(settingsKey(kSize)).toString()); size >= 0)
        size_->setCurrentIndex(size);
    const QString own = QString::fromStdString(model_.files.newCalibration.string());
    const QString other = QDir(usualFolder(QStandardPaths::DocumentsLocation))
                              .filePath(QString::fromStdString(titleStem(model_.files.name)) +
                                        QStringLiteral("-calibration.json"));
    for (const QString& file : {settings.value(settingsKey(kFile)).toString(), own, other}) {
        if (file.isEmpty())
            continue;
        file_->setText(QDir::toNativeSeparators(file));
        readFile();
        try {
            checkWritable(file.toStdString());
            alreadyMeasured(job());
            return;
        } catch (const Error&) {
            continue; // the last one is shown with its problem
        }
    }
}

void CalibrateDialog::accept() {
    QSettings settings;
    settings.setValue(settingsKey(kPrompts), prompts_->toPlainText());
    settings.setValue(settingsKey(kSize), size_->currentText());
    settings.setValue(settingsKey(kFile), pathOf(*file_));
    QDialog::accept();
}

void CalibrateDialog::chooseFile() {
    const QString path = QFileDialog::getSaveFileName(
        this, tr("The calibration's file"), file_->text(), tr("JSON files (*.json)"), nullptr,
        QFileDialog::DontConfirmOverwrite); // it is gone on with
    if (!path.isEmpty())
        file_->setText(QDir::toNativeSeparators(path));
}

CalibrateJob CalibrateDialog::job() const {
    CalibrateJob job{.file = pathOf(*file_), .settings = {}};
    job.settings.request = recommendedRequest(model_.files);
    job.settings.request.seed = 0; // measured again, the same comes out
    job.settings.request.size = size_->currentText().toStdString();
    job.settings.request.prompts =
        promptsIn(prompts_->toPlainText().toStdString(), PromptFormat::Lines, tr("The list").toStdString());
    return job;
}

/// What is in the file already: it is gone on with.
void CalibrateDialog::readFile() {
    found_.reset();
    foundProblem_.clear();
    const QFileInfo file(pathOf(*file_));
    if (!file.isFile())
        return;
    try {
        found_ = readCalibration(file.filePath().toStdString());
    } catch (const Error& error) {
        foundProblem_ = QString::fromUtf8(error.what());
    }
}

/// Prompts of the job that the file holds. Throws Error where it holds something else.
std::size_t CalibrateDialog::alreadyMeasured(const CalibrateJob& wanted) const {
    if (!foundProblem_.isEmpty())
        throw Error(foundProblem_.toStdString());
    if (!found_)
        return 0;
    checkContinues(*found_, wanted.file.toStdString(),
                   calibratedModel(model_.files.name, model_.identity, model_.layers, model_.heads),
                   calibrationSettings(wanted.settings, model_.precision.toStdString()));
    return wanted.settings.request.prompts.size() - promptsLeft(*found_).size();
}

void CalibrateDialog::refresh() {
    QString problem, summary;
    try {
        if (file_->text().trimmed().isEmpty())
            throw Error(tr("Name a file.").toStdString());
        const CalibrateJob wanted = job();
        checkWritable(wanted.file.toStdString());
        if (const auto wrong = settingProblem(wanted.settings))
            throw Error(wrong->field + " " + wrong->why + ".");
        const std::size_t measured = alreadyMeasured(wanted), all = wanted.settings.request.prompts.size();
        const std::size_t number = all - std::min(measured, all);
        summary = countedText(qsizetype(number), tr("prompt"), tr("prompts"));
        if (const double seconds = secondsOf_(wanted.settings.request); seconds > 0)
            summary =
                tr("%1, about %2")
                    .arg(summary, durationText(std::chrono::duration<double>(seconds * double(number))));
        if (measured >= all)
            summary = tr("The file holds all of it already: nothing is left to be measured, and it can be "
                         "used at once.");
        else if (measured > 0)
            summary += tr("; goes on after the %1 that the file holds")
                           .arg(countedText(qsizetype(measured), tr("prompt"), tr("prompts")));
    } catch (const Error& error) {
        problem = QString::fromUtf8(error.what());
    }
    problem_->setProblem(problem);
    summary_->setText(summary);
    add_->setEnabled(problem.isEmpty());
}

} // namespace scalekv::ui

#include "ui/generate/calibrate_dialog.h"

#include "scalekv/error.h"
#include "scalekv/prompts.h"
#include "ui/text/unit_text.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"
#include "widgets/problem_label.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace scalekv::ui {
namespace {

QString textOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

CalibrateDialog::CalibrateDialog(const ModelSummary& model, const QString& usualPrompts,
                                 std::function<double(const GenerationRequest&)> secondsOf, QWidget* parent)
    : QDialog(parent), model_(model), secondsOf_(std::move(secondsOf)), prompts_(new QPlainTextEdit(this)),
      size_(new QComboBox(this)), file_(new QLineEdit(this)), summary_(new QLabel(this)),
      problem_(new widgets::ProblemLabel(this)) {
    setWindowTitle(tr("Calibrate %1").arg(model.name()));
    setObjectName(QStringLiteral("calibrate"));
    auto* about = new widgets::WrappedLabel(widgets::WrappedLabel::Tone::Faint, this);
    about->say(
        tr("Measures, over some prompts with the full cache, how much each layer looks back: which layers "
           "draft and which refine, at which scale. ScaleKV divides its budget by that. Once for each "
           "model; what was stopped goes on where it was."));
    prompts_->setObjectName(QStringLiteral("calibrationPrompts"));
    prompts_->setTabChangesFocus(true);
    prompts_->setPlainText(textOf(model.files.calibrationPrompts.empty()
                                      ? usualPrompts
                                      : QString::fromStdString(model.files.calibrationPrompts.string())));
    size_->setObjectName(QStringLiteral("calibrationSize"));
    for (const std::string& size : model.files.sizes)
        size_->addItem(QString::fromStdString(size));
    size_->setCurrentText(QString::fromStdString(recommendedRequest(model.files).size));
    file_->setObjectName(QStringLiteral("calibrationFile"));
    file_->setText(QDir::toNativeSeparators(QString::fromStdString(model.files.newCalibration.string())));
    file_->setToolTip(tr("As calibration.json beside the model's weights it becomes the model's own"));
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
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(prompts_, &QPlainTextEdit::textChanged, this, &CalibrateDialog::refresh);
    connect(size_, &QComboBox::currentIndexChanged, this, &CalibrateDialog::refresh);
    connect(file_, &QLineEdit::textChanged, this, &CalibrateDialog::refresh);
    refresh();
    resize(560, 460);
}

void CalibrateDialog::chooseFile() {
    const QString path = QFileDialog::getSaveFileName(
        this, tr("The calibration's file"), file_->text(), tr("JSON files (*.json)"), nullptr,
        QFileDialog::DontConfirmOverwrite); // it is gone on with
    if (!path.isEmpty())
        file_->setText(QDir::toNativeSeparators(path));
}

CalibrateJob CalibrateDialog::job() const {
    CalibrateJob job{.file =
                         QFileInfo(QDir::fromNativeSeparators(file_->text().trimmed())).absoluteFilePath(),
                     .settings = {}};
    job.settings.request = recommendedRequest(model_.files);
    job.settings.request.seed = 0; // measured again, the same comes out
    job.settings.request.size = size_->currentText().toStdString();
    job.settings.request.prompts =
        promptsIn(prompts_->toPlainText().toStdString(), PromptFormat::Lines, tr("The list").toStdString());
    return job;
}

void CalibrateDialog::refresh() {
    QString problem, summary;
    try {
        if (file_->text().trimmed().isEmpty())
            throw Error(tr("Name a file.").toStdString());
        const CalibrateJob wanted = job();
        const QFileInfo file(wanted.file);
        if (!file.dir().exists())
            throw Error(tr("There is no folder %1.")
                            .arg(QDir::toNativeSeparators(file.absolutePath()))
                            .toStdString());
        if (const auto wrong = settingProblem(wanted.settings))
            throw Error(wrong->field + " " + wrong->why + ".");
        const auto number = wanted.settings.request.prompts.size();
        summary = countedText(qsizetype(number), tr("prompt"), tr("prompts"));
        if (const double seconds = secondsOf_(wanted.settings.request); seconds > 0)
            summary =
                tr("%1, about %2")
                    .arg(summary, durationText(std::chrono::duration<double>(seconds * double(number))));
        if (file.exists())
            summary += tr("; goes on with what the file holds, if that was begun so");
    } catch (const Error& error) {
        problem = QString::fromUtf8(error.what());
    }
    problem_->setProblem(problem);
    summary_->setText(summary);
    add_->setEnabled(problem.isEmpty());
}

} // namespace scalekv::ui

#include "ui/compare/report_writer.h"

#include "ui/runs/comparison_job.h"
#include "ui/shell/engine_message.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/status_line.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QMessageBox>
#include <QSettings>
#include <QStandardPaths>
#include <QUrl>
#include <QtConcurrent>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr char kFolderKey[] = "compare/reportFolder";
const QString kPage = QStringLiteral("report.html");

/// Empty: written.
QString writeNow(const QString& folder, const std::vector<ReportWriter::Input>& inputs, bool overwrite) {
    try {
        std::vector<ComparedRun> runs;
        for (const ReportWriter::Input& input : inputs)
            runs.push_back(comparedRun(*input.run, input.forced));
        writeReport(folder.toStdString(), runs, overwrite);
        return {};
    } catch (const std::exception& error) {
        return messageOf(error);
    }
}

} // namespace

ReportWriter::ReportWriter(MessageBar& messages, StatusLine& status, QObject* parent)
    : QObject(parent), messages_(messages), status_(status) {}

void ReportWriter::askAndWrite(const std::vector<Input>& runs) {
    QSettings settings;
    const QString before = settings
                               .value(QLatin1String(kFolderKey),
                                      QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
                               .toString();
    const QString folder =
        QFileDialog::getExistingDirectory(messages_.window(), tr("Write the report into a folder"), before);
    if (folder.isEmpty())
        return;
    settings.setValue(QLatin1String(kFolderKey), folder);
    const QDir there(folder);
    const bool taken = there.exists(kPage) || there.exists(QLatin1String(kResultsJson));
    if (taken && QMessageBox::question(messages_.window(), tr("Report"),
                                       tr("%1 holds a report or results already. Replace them?")
                                           .arg(QDir::toNativeSeparators(folder))) != QMessageBox::Yes)
        return;
    write(folder, runs, taken);
}

void ReportWriter::write(const QString& folder, const std::vector<Input>& runs, bool overwrite) {
    if (writing_)
        return;
    writing_ = true;
    status_.say(tr("Writing the report…"));
    Q_EMIT changed();
    QtConcurrent::run(writeNow, folder, runs, overwrite).then(this, [this, folder](const QString& problem) {
        writing_ = false;
        status_.forget();
        if (problem.isEmpty()) {
            messages_.showMessage(MessageBar::Kind::Info, subjects::kSaving,
                                  tr("The report is in %1: report.html can be opened, or sent, by itself.")
                                      .arg(QDir::toNativeSeparators(folder)));
            connect(messages_.offer(tr("Open it")), &QAction::triggered, this,
                    [folder] { openReport(folder); });
            Q_EMIT written(folder);
        } else {
            messages_.showMessage(MessageBar::Kind::Error, subjects::kSaving,
                                  tr("The report was not written. %1").arg(problem));
            Q_EMIT failed(problem);
        }
        Q_EMIT changed();
    });
}

void openReport(const QString& folder) {
    QDesktopServices::openUrl(QUrl::fromLocalFile(QDir(folder).filePath(kPage)));
}

} // namespace scalekv::ui

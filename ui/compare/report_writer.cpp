#include "ui/compare/report_writer.h"

#include "scalekv/error.h"
#include "ui/runs/comparison_job.h"
#include "ui/shell/engine_message.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/status_line.h"
#include "ui/shell/usual_folder.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFutureWatcher>
#include <QMessageBox>
#include <QPromise>
#include <QSettings>
#include <QUrl>
#include <QtConcurrent>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr char kReportFolderKey[] = "compare/reportFolder";

struct Outcome {
    bool stopped = false;
    QString problem; ///< empty: written, unless it was stopped
};

Outcome writeNow(const QString& folder, const std::vector<ReportWriter::Input>& inputs, bool overwrite,
                 const QStringList& missing, const std::function<void(double)>& progress,
                 const std::stop_token& stop) {
    try {
        std::vector<ComparedRun> runs;
        runs.reserve(inputs.size());
        for (const ReportWriter::Input& input : inputs)
            runs.push_back(comparedRun(*input.run, input.forced));
        std::vector<std::string> notMade;
        for (const QString& one : missing)
            notMade.push_back(one.toStdString());
        writeReport(folder.toStdString(), runs, overwrite, progress, stop, notMade);
        return {};
    } catch (const Cancelled&) {
        return {.stopped = true, .problem = {}};
    } catch (const std::exception& error) {
        return {.stopped = false, .problem = messageOf(error)};
    }
}

} // namespace

ReportWriter::ReportWriter(MessageBar& messages, StatusLine& status, QObject* parent)
    : QObject(parent), messages_(messages), status_(status) {}

void ReportWriter::askAndWrite(const std::vector<Input>& runs, const QStringList& missing) {
    QSettings settings;
    const QString before =
        settings.value(QLatin1String(kReportFolderKey), usualFolder(QStandardPaths::DocumentsLocation))
            .toString();
    const QString folder =
        QFileDialog::getExistingDirectory(messages_.window(), tr("Write the report into a folder"), before);
    if (folder.isEmpty())
        return;
    settings.setValue(QLatin1String(kReportFolderKey), folder);
    const QDir there(folder);
    const bool taken = there.exists(QLatin1String(kReportHtml)) || there.exists(QLatin1String(kResultsJson));
    if (taken &&
        QMessageBox::question(
            messages_.window(), tr("Report"),
            tr("%1 holds a report or results already. Replace them?").arg(QDir::toNativeSeparators(folder)),
            QMessageBox::Yes | QMessageBox::No, QMessageBox::No) != QMessageBox::Yes)
        return;
    write(folder, runs, taken, missing);
}

void ReportWriter::write(const QString& folder, const std::vector<Input>& runs, bool overwrite,
                         const QStringList& missing) {
    if (writing_)
        return;
    writing_ = true;
    stop_ = std::stop_source();
    status_.say(tr("Writing the report…"));
    Q_EMIT changed();
    const auto work = [folder, runs, overwrite, missing,
                       stop = stop_.get_token()](QPromise<Outcome>& promise) {
        promise.setProgressRange(0, 100);
        const auto progress = [&](double done) { promise.setProgressValue(qRound(done * 100)); };
        promise.addResult(writeNow(folder, runs, overwrite, missing, progress, stop));
    };
    auto* watcher = new QFutureWatcher<Outcome>(this);
    connect(watcher, &QFutureWatcherBase::progressValueChanged, this,
            [this](int percent) { status_.say(tr("Writing the report… %1 %").arg(percent)); });
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, folder] {
        watcher->deleteLater();
        const Outcome outcome = watcher->result();
        writing_ = false;
        status_.forget();
        if (outcome.stopped) {
            status_.say(tr("Stopped: no report was written."));
            Q_EMIT stopped();
        } else if (outcome.problem.isEmpty()) {
            messages_.showMessage(MessageBar::Kind::Info, subjects::kSaving,
                                  tr("The report is in %1: report.html can be opened, or sent, by itself.")
                                      .arg(QDir::toNativeSeparators(folder)));
            connect(messages_.offer(tr("Open it")), &QAction::triggered, this,
                    [folder] { openReport(folder); });
            Q_EMIT written(folder);
        } else {
            messages_.showMessage(MessageBar::Kind::Error, subjects::kSaving,
                                  tr("The report was not written. %1").arg(outcome.problem));
            Q_EMIT failed(outcome.problem);
        }
        Q_EMIT changed();
    });
    watcher->setFuture(QtConcurrent::run(work));
}

void openReport(const QString& folder) {
    QDesktopServices::openUrl(QUrl::fromLocalFile(QDir(folder).filePath(QLatin1String(kReportHtml))));
}

} // namespace scalekv::ui

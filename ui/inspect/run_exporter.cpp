#include "ui/inspect/run_exporter.h"

#include "scalekv/write_file.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/status_line.h"
#include "widgets/message_bar.h"

#include <QDir>
#include <QtConcurrent>

#include <filesystem>
#include <new>

namespace scalekv::ui {
namespace {

struct Outcome {
    int files = 0;
    QString error;
};

Outcome writeNow(const QString& folder, const std::function<std::vector<figures::ExportFile>()>& make) {
    try {
        const std::vector<figures::ExportFile> files = make();
        const std::filesystem::path place = folder.toStdString();
        for (const figures::ExportFile& file : files) {
            // A folder within the chosen one, which has to be there; writeFile() says what is wrong.
            std::error_code unknown;
            if (const std::filesystem::path name = file.name; name.has_parent_path())
                std::filesystem::create_directory(place / name.parent_path(), unknown);
            writeFile(place / file.name, {file.bytes.constData(), std::size_t(file.bytes.size())});
        }
        return {.files = int(files.size()), .error = {}};
    } catch (const std::bad_alloc&) {
        return {.files = 0, .error = RunExporter::tr("There is not enough memory for it.")};
    } catch (const std::exception& error) {
        return {.files = 0, .error = QString::fromUtf8(error.what())};
    }
}

} // namespace

RunExporter::RunExporter(widgets::MessageBar& messages, StatusLine& status, QObject* parent)
    : QObject(parent) {
    connect(this, &RunExporter::written, this, [&messages, &status](const QString& folder, int files) {
        messages.withdraw(subjects::kSaving);
        status.say(files == 1 ? tr("Saved a file in %1").arg(QDir::toNativeSeparators(folder))
                              : tr("Saved %1 files in %2").arg(files).arg(QDir::toNativeSeparators(folder)));
    });
    connect(this, &RunExporter::failed, this, [&messages](const QString& message) {
        messages.showMessage(widgets::MessageBar::Kind::Error, subjects::kSaving,
                             tr("Not everything was saved. %1").arg(message));
    });
}

void RunExporter::write(const QString& folder, std::function<std::vector<figures::ExportFile>()> make) {
    QtConcurrent::run([folder, make = std::move(make)] {
        return writeNow(folder, make);
    }).then(this, [this, folder](const Outcome& outcome) {
        if (outcome.error.isEmpty())
            Q_EMIT written(folder, outcome.files);
        else
            Q_EMIT failed(outcome.error);
    });
}

} // namespace scalekv::ui

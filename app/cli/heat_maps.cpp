#include "app/cli/heat_maps.h"

#include "figures/run_export.h"
#include "scalekv/write_file.h"

#include <QGuiApplication>

#include <iostream>
#include <string>

namespace scalekv::cli {

void writeHeatMaps(const std::filesystem::path& folder, const RunRecord& record, const RoleTable* calibrated,
                   const GenerationRequest& request) {
    // Qt wants an application before it draws text, whether there is a display or not.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    // What it then says of the desktop's folders is no business of a command line.
    const QtMessageHandler before =
        qInstallMessageHandler([](QtMsgType type, const QMessageLogContext&, const QString& text) {
            if (type == QtFatalMsg)
                std::cerr << text.toStdString() << "\n";
        });
    std::string name = "scalekv";
    char* arguments[] = {name.data(), nullptr};
    int count = 1;
    const QGuiApplication application(count, arguments);
    qInstallMessageHandler(before);
    for (const figures::ExportFile& file :
         figures::heatMapFiles(record, calibrated, figures::runCaption(request)))
        writeFile(folder / file.name, {file.bytes.constData(), std::size_t(file.bytes.size())});
}

} // namespace scalekv::cli

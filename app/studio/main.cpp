#include "app/resource_paths.h"
#include "app/studio/qt_log.h"
#include "scalekv/bus_error.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"
#include "ui/places.h"
#include "ui/shell/background_door.h"
#include "ui/shell/theme.h"
#include "ui/shell/usual_folder.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <clocale>

namespace {

void startLog(bool verbose) {
    spdlog::set_default_logger(spdlog::stderr_color_mt("studio"));
    spdlog::set_pattern("%H:%M:%S.%e %^%l%$ %v");
    spdlog::set_level(verbose ? spdlog::level::debug : spdlog::level::warn);
    scalekv::app::logQtMessages();
}

QString dataFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
}

/// Empty where none are installed: the dialog then begins with an empty list.
QString calibrationPromptsOrNone() {
    try {
        return QString::fromStdString(scalekv::app::calibrationPrompts().string());
    } catch (const scalekv::Error& error) {
        spdlog::warn("{}", error.what());
        return {};
    }
}

/// Empty where no demo model is installed: the window then asks for a model.
QString demoModelOrNone() {
    try {
        return QString::fromStdString(scalekv::app::demoModel().string());
    } catch (const scalekv::Error& error) {
        spdlog::warn("{}", error.what());
        return {};
    }
}

} // namespace

int main(int argc, char** argv) {
    scalekv::explainBusErrors("scalekv-studio");
    scalekv::tuneAllocator();
    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // Qt has set the user's: files and the engine's texts have points
    QApplication::setApplicationName(QStringLiteral("scalekv-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("ScaleKV Studio"));
    QApplication::setOrganizationName(QStringLiteral("scalekv"));
    QApplication::setApplicationVersion(QStringLiteral(SCALEKV_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("scalekv-studio"));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Pictures from text with Infinity, and a look at its key/value cache."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption model(QStringLiteral("model"),
                                   QStringLiteral("Begin with the model at <path> (file or folder)."),
                                   QStringLiteral("path"));
    const QCommandLineOption prompt(
        QStringLiteral("prompt"), QStringLiteral("Begin with <text> as the prompt."), QStringLiteral("text"));
    const QCommandLineOption verbose(QStringLiteral("verbose"),
                                     QStringLiteral("Log everything to standard error."));
    parser.addOptions({model, prompt, verbose});
    parser.addPositionalArgument(QStringLiteral("picture"),
                                 QStringLiteral("A PNG whose recipe is put into the form."),
                                 QStringLiteral("[picture]"));
    parser.process(application);
    startLog(parser.isSet(verbose));
    const bool plain =
        !parser.isSet(model) && !parser.isSet(prompt) && parser.positionalArguments().isEmpty();
    if (plain && scalekv::ui::BackgroundDoor::knock(dataFolder()))
        return 0; // the one that works in the background shows its window

    scalekv::ui::applyTheme(scalekv::ui::storedTheme(QSettings()));
    scalekv::ui::StudioOptions options;
    options.demoModel = demoModelOrNone();
    options.dataFolder = dataFolder();
    options.gallery =
        QDir(scalekv::ui::usualFolder(QStandardPaths::PicturesLocation)).filePath(QStringLiteral("ScaleKV"));
    options.calibrationPrompts = calibrationPromptsOrNone();
    options.model = parser.value(model);
    options.prompt = parser.value(prompt);
    options.picture = parser.positionalArguments().value(0);

    scalekv::ui::MainWindow window(options, scalekv::ui::studioPlaces());
    window.show();
    const int result = QApplication::exec();
    spdlog::debug("Ended with {}", result);
    return result;
}

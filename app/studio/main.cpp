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
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>
#include <QSysInfo>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>

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

/// Without one Qt would end the program with advice to install it anew.
bool hasScreen(const QStringList& arguments) {
    static const QRegularExpression kNamed(QStringLiteral("^--?(platform|display)$"));
    if (QSysInfo::kernelType() != QLatin1String("linux") || arguments.indexOf(kNamed) >= 0)
        return true; // others have theirs without a word in the environment
    const QStringList where{QStringLiteral("DISPLAY"), QStringLiteral("WAYLAND_DISPLAY"),
                            QStringLiteral("WAYLAND_SOCKET"), QStringLiteral("QT_QPA_PLATFORM")};
    return std::any_of(where.begin(), where.end(), [](const QString& name) {
        return !qEnvironmentVariable(name.toLatin1().constData()).isEmpty();
    });
}

} // namespace

int main(int argc, char** argv) {
    scalekv::explainBusErrors("scalekv-studio");
    scalekv::tuneAllocator();
    QCoreApplication::setApplicationName(QStringLiteral("scalekv-studio"));
    QCoreApplication::setOrganizationName(QStringLiteral("scalekv"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SCALEKV_VERSION));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Pictures from text with Infinity, and a look at its key/value cache."));
    const QCommandLineOption help = parser.addHelpOption(), version = parser.addVersionOption();
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
    const QStringList arguments(argv, argv + argc);
    // What does not parse may be Qt's own, which QApplication takes out.
    if (parser.parse(arguments) && (parser.isSet(help) || parser.isSet(version))) {
        const QCoreApplication plain(argc, argv); // needs no screen
        parser.process(plain);
    }
    if (!hasScreen(arguments)) {
        std::fputs("scalekv-studio: there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set); "
                   "scalekv makes pictures without one, see scalekv --help.\n",
                   stderr);
        return EXIT_FAILURE;
    }

    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // Qt has set the user's: files and the engine's texts have points
    QApplication::setApplicationDisplayName(QStringLiteral("ScaleKV Studio"));
    QApplication::setDesktopFileName(QStringLiteral("scalekv-studio"));
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

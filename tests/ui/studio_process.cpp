#include "tests/ui/studio_process.h"

#include "scalekv/error.h"
#include "ui/shell/queue_records.h"
#include "ui/shell/queue_store.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

using namespace scalekv;
using ui::QueuedWork;
using ui::WorkState;

namespace {

const QString kConnection = QStringLiteral("studio-process");

/// A window's queue, as the program itself opens it.
struct Queue {
    explicit Queue(const QString& folder) : store(folder) { store.follow(works, sheets); }
    ui::WorkList works;
    ui::SheetList sheets;
    ui::QueueStore store;
};

} // namespace

StudioProcess::StudioProcess() {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), home_.path());
    const QDir home(home_.path());
    for (const char* kind : {"CONFIG", "DATA", "CACHE", "STATE"}) {
        const QString folder = QString::fromLatin1(kind).toLower();
        home.mkdir(folder);
        environment.insert(QStringLiteral("XDG_%1_HOME").arg(QLatin1String(kind)), home.filePath(folder));
    }
    const QString runtime = home.filePath(QStringLiteral("runtime"));
    home.mkdir(QStringLiteral("runtime"));
    QFile::setPermissions(runtime, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), runtime);
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.remove(QStringLiteral("SCALEKV_DEMO_MODEL"));
    process_.setProcessEnvironment(environment);
    process_.setProcessChannelMode(QProcess::MergedChannels);
}

StudioProcess::~StudioProcess() {
    kill();
}

bool StudioProcess::isReady() const {
    return home_.isValid() && QDir(home_.filePath(QStringLiteral("runtime"))).exists();
}

QString StudioProcess::dataFolder() const {
    return home_.filePath(QStringLiteral("data/scalekv/scalekv-studio"));
}

QString StudioProcess::indexFile() const {
    const QDir folder(dataFolder() + QStringLiteral("/gallery"));
    const QStringList files = folder.entryList({QStringLiteral("*.sqlite")});
    return files.size() == 1 ? folder.filePath(files.constFirst()) : QString();
}

QString StudioProcess::queueFile() const {
    return dataFolder() + QStringLiteral("/queue-1.sqlite");
}

QString StudioProcess::queue(const QVector<GenerationRequest>& requests) {
    Queue queue(dataFolder());
    QVector<QueuedWork> works;
    for (const GenerationRequest& request : requests)
        works += QueuedWork{.work = ui::PictureWork{request}};
    queue.works.insert(queue.works.pending(), works);
    return queue.store.problem();
}

int StudioProcess::letGoOn() {
    Queue queue(dataFolder()); // opening it is what holds
    int held = 0;
    for (const int id : queue.works.order()) {
        if (queue.works.find(id)->state == WorkState::Held) {
            queue.works.update(id, [](QueuedWork& work) { work.state = WorkState::Waiting; });
            ++held;
        }
    }
    return queue.store.problem().isEmpty() ? held : -1;
}

bool StudioProcess::start() {
    unread_.clear();
    process_.start(QStringLiteral(STUDIO_PROGRAM), {QStringLiteral("--verbose")});
    return process_.waitForStarted();
}

void StudioProcess::kill() {
    if (process_.state() == QProcess::NotRunning)
        return;
    process_.kill();
    process_.waitForFinished(-1);
}

QStringList StudioProcess::takeKept() {
    unread_ += process_.readAll();
    QStringList names;
    for (qsizetype end = unread_.indexOf('\n'); end >= 0; end = unread_.indexOf('\n')) {
        const QString line = QString::fromUtf8(unread_.left(end));
        unread_.remove(0, end + 1);
        const QString kept = QStringLiteral(" Kept ");
        if (const qsizetype at = line.indexOf(kept); at >= 0)
            names += line.mid(at + kept.size());
    }
    return names;
}

QString StudioProcess::copyOf(const QString& database, const QTemporaryDir& to) {
    const QString copy = to.filePath(QStringLiteral("copy.sqlite"));
    for (const QString& end : {QString(), QStringLiteral("-wal")}) {
        QFile::remove(copy + end);
        QFile::copy(database + end, copy + end);
    }
    return copy;
}

StudioProcess::Left StudioProcess::left() const {
    Left left;
    const QStringList files = QDir(dataFolder()).entryList({QStringLiteral("queue-*.sqlite")});
    for (const QString& file : files) {
        const QTemporaryDir scratch;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), kConnection);
            database.setDatabaseName(copyOf(QDir(dataFolder()).filePath(file), scratch));
            database.open();
            QSqlQuery query(database);
            if (!query.exec(QStringLiteral("SELECT kind, body, state FROM work ORDER BY place")))
                left.problem = file + QStringLiteral(": ") + query.lastError().text();
            while (query.next()) {
                try {
                    const auto work =
                        ui::storedWork(query.value(0).toString(), query.value(1).toString(), false);
                    const quint64 seed = std::get<ui::PictureWork>(work).request.seed;
                    switch (WorkState(query.value(2).toInt())) {
                    case WorkState::Waiting:
                        left.waiting += seed;
                        break;
                    case WorkState::Running:
                        left.running += seed;
                        break;
                    case WorkState::Held:
                        left.held += seed;
                        break;
                    default:
                        left.problem = QStringLiteral("Seed %1 was stopped or has failed.").arg(seed);
                    }
                } catch (const Error& error) {
                    left.problem = QString::fromUtf8(error.what());
                }
            }
        }
        QSqlDatabase::removeDatabase(kConnection);
    }
    return left;
}

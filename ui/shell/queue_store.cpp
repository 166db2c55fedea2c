#include "ui/shell/queue_store.h"

#include "scalekv/error.h"
#include "ui/shell/queue_records.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>

#include <algorithm>
#include <utility>

namespace scalekv::ui {
namespace {

constexpr int kMostWindows = 64;
constexpr int kVersion = 1;
const QStringList kDatabaseFiles{QString(), QStringLiteral("-wal"), QStringLiteral("-shm")};
constexpr int kMostBegun = 2; // ended by the program's end so often, it is not begun again by itself

/// A database that is damaged, or a newer version's, is put aside.
bool openDatabase(const QString& file, const QString& connection) {
    for (const bool again : {false, true}) {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
        database.setDatabaseName(file);
        const auto works = [&database](const QString& statement) {
            QSqlQuery query(database);
            return query.exec(statement);
        };
        const auto version = [&database] {
            QSqlQuery query(database);
            return query.exec(QStringLiteral("PRAGMA user_version")) && query.next() ? query.value(0).toInt()
                                                                                     : -1;
        };
        const auto sound = [&database] {
            QSqlQuery query(database);
            return query.exec(QStringLiteral("PRAGMA quick_check")) && query.next() &&
                   query.value(0).toString() == QLatin1String("ok");
        };
        const bool ready =
            database.open() && works(QStringLiteral("PRAGMA journal_mode=WAL")) &&
            works(QStringLiteral("PRAGMA synchronous=NORMAL")) && sound() && version() <= kVersion &&
            works(
                QStringLiteral("CREATE TABLE IF NOT EXISTS work (id INTEGER PRIMARY KEY, place INTEGER, kind "
                               "TEXT, body TEXT, model TEXT, path TEXT, state INTEGER, problem TEXT, anyway "
                               "INTEGER, begun INTEGER, held INTEGER, sheet INTEGER, cell INTEGER)")) &&
            works(QStringLiteral(
                "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value INTEGER)")) &&
            works(QStringLiteral("CREATE TABLE IF NOT EXISTS sheet (id INTEGER PRIMARY KEY, body TEXT)")) &&
            works(
                QStringLiteral("CREATE TABLE IF NOT EXISTS picture (sheet INTEGER, cell INTEGER, file TEXT, "
                               "PRIMARY KEY (sheet, cell))")) &&
            works(QStringLiteral("PRAGMA user_version=%1").arg(kVersion));
        if (ready)
            return true;
        database = {};
        QSqlDatabase::removeDatabase(connection);
        if (again)
            return false;
        for (const QString& end : kDatabaseFiles) {
            const QString aside = file + QStringLiteral(".damaged") + end;
            QFile::remove(aside);
            QFile::rename(file + end, aside);
        }
    }
    return false;
}

QString newConnection() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace

QueueStore::QueueStore(const QString& folder, QObject* parent) : QObject(parent), folder_(folder) {
    if (!folder_.mkpath(QStringLiteral("."))) {
        problem_ = tr("The queue is not kept for the next start: the folder %1 cannot be made.").arg(folder);
        return;
    }
    for (number_ = 1; number_ <= kMostWindows; ++number_) {
        lock_ = lock(number_);
        if (!lock_)
            continue;
        connection_ = newConnection();
        if (openDatabase(fileOf(number_), connection_))
            return;
        connection_.clear();
        break;
    }
    problem_ = tr("The queue is not kept for the next start: nothing can be written in %1.").arg(folder);
}

QueueStore::~QueueStore() {
    for (const Writing& picture : std::as_const(writing_)) {
        if (!picture.failed)
            remove(picture.id);
    }
    close();
}

QString QueueStore::fileOf(int number) const {
    return folder_.filePath(QStringLiteral("queue-%1.sqlite").arg(number));
}

/// Null: another window has it.
std::unique_ptr<WindowLock> QueueStore::lock(int number) const {
    auto lock = std::make_unique<WindowLock>(fileOf(number) + QStringLiteral(".lock"));
    return lock->tryLock() ? std::move(lock) : nullptr;
}

void QueueStore::follow(WorkList& works, SheetList& sheets) {
    if (connection_.isEmpty())
        return;
    load(connection_, works, sheets);
    const std::vector<Spent> spent = takeOver(works, sheets);
    // As it stands now, in one go.
    run(QStringLiteral("BEGIN"));
    for (const QString& table : {QStringLiteral("work"), QStringLiteral("sheet"), QStringLiteral("picture")})
        run(QStringLiteral("DELETE FROM ") + table);
    for (int row = 0; row < works.rowCount(); ++row)
        write(works.all()[row], row);
    for (const PictureSheet& sheet : sheets.all())
        write(sheet);
    run(QStringLiteral("REPLACE INTO setting VALUES ('paused', ?)"), {paused_});
    if (run(QStringLiteral("COMMIT")) && problem_.isEmpty()) {
        for (const Spent& theirs : spent) {
            for (const QString& end : kDatabaseFiles)
                QFile::remove(theirs.file + end);
        }
    }
    following_ = std::make_unique<QObject>();
    followWorks(works);
    followSheets(sheets);
}

void QueueStore::load(const QString& connection, WorkList& works, SheetList& sheets) {
    QSqlQuery query(QSqlDatabase::database(connection));
    QHash<int, int> sheetIds; // theirs → ours
    query.exec(QStringLiteral("SELECT id, body FROM sheet ORDER BY id"));
    while (query.next()) {
        try {
            sheetIds[query.value(0).toInt()] = sheets.add(storedSheet(query.value(1).toString()));
        } catch (const Error&) {
            continue; // its pictures are kept elsewhere
        }
    }
    query.exec(QStringLiteral("SELECT sheet, cell, file FROM picture"));
    while (query.next())
        sheets.setFile(sheetIds.value(query.value(0).toInt()), query.value(1).toInt(),
                       query.value(2).toString());
    query.exec(QStringLiteral("SELECT value FROM setting WHERE name = 'paused'"));
    paused_ |= query.next() && query.value(0).toBool();
    QVector<QueuedWork> pending, ended;
    QVector<int> begun; // of those that are pending
    query.exec(QStringLiteral(
        "SELECT kind, body, model, path, state, problem, anyway, begun, held, sheet, cell FROM "
        "work ORDER BY place"));
    while (query.next()) {
        QueuedWork work;
        const int times = query.value(7).toInt();
        try {
            work.work = storedWork(query.value(0).toString(), query.value(1).toString(), times > 0);
            work.model = storedModel(query.value(2).toString());
        } catch (const Error&) {
            ++unread_;
            continue;
        }
        work.modelPath = query.value(3).toString();
        const auto state = WorkState(query.value(4).toInt());
        work.state = state == WorkState::Held || state == WorkState::Stopped || state == WorkState::Failed
                         ? state
                         : WorkState::Waiting;
        work.problem = query.value(5).toString();
        work.anyway = query.value(6).toBool();
        work.heldFor = HeldFor(std::clamp(query.value(8).toInt(), 0, int(HeldFor::ProgramEnded)));
        if (work.state == WorkState::Held && work.heldFor == HeldFor::Memory) {
            work.state = WorkState::Waiting; // there may be more now
            work.problem.clear();
        }
        if (const int sheet = sheetIds.value(query.value(9).toInt()))
            work.cell = SheetCell{sheet, query.value(10).toInt()};
        if (work.state == WorkState::Waiting && times >= kMostBegun) {
            work.state = WorkState::Held;
            work.heldFor = HeldFor::ProgramEnded;
            work.problem = tr("The program ended %1 times while this was done.").arg(times);
        }
        const bool again = state == WorkState::Running && work.state == WorkState::Waiting;
        (work.isPending() ? pending : ended) += work;
        if (work.isPending())
            begun += again ? times : 0;
    }
    const QVector<int> ids = works.insert(works.pending(), pending);
    works.insert(works.rowCount(), ended);
    for (qsizetype i = 0; i < ids.size(); ++i) {
        if (begun[i] > 0)
            begun_[ids[i]] = begun[i];
    }
}

/// What windows have left that are open no more. Their files go once ours holds it.
std::vector<QueueStore::Spent> QueueStore::takeOver(WorkList& works, SheetList& sheets) {
    std::vector<Spent> spent;
    for (int number = 1; number <= kMostWindows; ++number) {
        const QString file = fileOf(number);
        if (number == number_ || !QFile::exists(file))
            continue;
        std::unique_ptr<WindowLock> theirs = lock(number);
        if (!theirs) {
            othersOpen_ = true;
            continue;
        }
        const QString connection = newConnection();
        if (!openDatabase(file, connection))
            continue;
        load(connection, works, sheets);
        QSqlDatabase::database(connection).close();
        QSqlDatabase::removeDatabase(connection);
        spent.push_back({std::move(theirs), file});
    }
    return spent;
}

void QueueStore::followWorks(WorkList& works) {
    connect(&works, &QAbstractItemModel::rowsInserted, following_.get(),
            [this, &works](const QModelIndex&, int first, int last) {
                run(QStringLiteral("BEGIN"));
                for (int row = first; row <= last; ++row)
                    write(works.all()[row], row);
                if (last + 1 < works.rowCount())
                    writeOrder(works, last + 1);
                run(QStringLiteral("COMMIT"));
            });
    connect(&works, &QAbstractItemModel::dataChanged, following_.get(),
            [this, &works](const QModelIndex& index) {
                const QueuedWork& work = works.all()[index.row()];
                if (work.state == WorkState::Running) {
                    if (std::exchange(running_, work.id) != work.id)
                        ++begun_[work.id];
                } else if (running_ == work.id) { // it has come to an end that is none of the program's
                    running_ = 0;
                    begun_.remove(work.id);
                }
                write(work, index.row());
            });
    connect(&works, &WorkList::orderChanged, following_.get(), [this, &works] {
        run(QStringLiteral("BEGIN"));
        writeOrder(works, 0);
        run(QStringLiteral("COMMIT"));
    });
    connect(&works, &WorkList::taken, following_.get(), [this](const QVector<QueuedWork>& taken) {
        run(QStringLiteral("BEGIN"));
        for (const QueuedWork& work : taken) {
            begun_.remove(work.id);
            places_.remove(work.id);
            if (running_ == work.id)
                running_ = 0;
            const bool writing =
                std::any_of(writing_.cbegin(), writing_.cend(),
                            [&work](const Writing& picture) { return picture.id == work.id; });
            if (!writing && !storedKind(work).isEmpty())
                remove(work.id);
        }
        run(QStringLiteral("COMMIT"));
    });
}

void QueueStore::followSheets(SheetList& sheets) {
    connect(&sheets, &SheetList::added, following_.get(),
            [this, &sheets](int id) { write(*sheets.find(id)); });
    connect(&sheets, &SheetList::taken, following_.get(), [this](int id) {
        run(QStringLiteral("DELETE FROM sheet WHERE id = ?"), {id});
        run(QStringLiteral("DELETE FROM picture WHERE sheet = ?"), {id});
    });
    connect(&sheets, &SheetList::cellChanged, following_.get(), [this, &sheets](int id, int cell) {
        if (const QString file = sheets.find(id)->files[cell]; !file.isEmpty())
            run(QStringLiteral("REPLACE INTO picture VALUES (?, ?, ?)"), {id, cell, file});
    });
}

void QueueStore::write(const QueuedWork& work, int place) {
    const QString kind = storedKind(work);
    if (kind.isEmpty())
        return;
    places_[work.id] = place;
    run(QStringLiteral("REPLACE INTO work VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {work.id, place, kind, storedBody(work), QString::fromStdString(toJson(work.model)), work.modelPath,
         int(work.state), work.problem, work.anyway, begun_.value(work.id), int(work.heldFor),
         work.cell ? work.cell->sheet : 0, work.cell ? work.cell->cell : 0});
}

void QueueStore::write(const PictureSheet& sheet) {
    run(QStringLiteral("REPLACE INTO sheet VALUES (?, ?)"), {sheet.id, storedBody(sheet)});
    for (int cell = 0; cell < sheet.cells(); ++cell) {
        if (!sheet.files[cell].isEmpty())
            run(QStringLiteral("REPLACE INTO picture VALUES (?, ?, ?)"), {sheet.id, cell, sheet.files[cell]});
    }
}

/// Only what stands elsewhere now: an order is changed often, and by one place mostly.
void QueueStore::writeOrder(const WorkList& works, int from) {
    for (int row = from; row < works.rowCount(); ++row) {
        const int id = works.all()[row].id;
        const auto place = places_.find(id);
        if (place == places_.end() || *place == row)
            continue;
        *place = row;
        run(QStringLiteral("UPDATE work SET place = ? WHERE id = ?"), {row, id});
    }
}

bool QueueStore::run(const QString& statement, const QVariantList& values) {
    if (connection_.isEmpty())
        return true;
    QSqlQuery query(QSqlDatabase::database(connection_));
    query.prepare(statement);
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (query.exec())
        return true;
    fail(tr("The queue is not kept for the next start: %1.").arg(query.lastError().databaseText()));
    return false;
}

void QueueStore::keepPaused(bool paused) {
    if (following_ && std::exchange(paused_, paused) != paused)
        run(QStringLiteral("REPLACE INTO setting VALUES ('paused', ?)"), {paused});
}

void QueueStore::fail(const QString& why) {
    if (std::exchange(problem_, why).isEmpty())
        Q_EMIT failed(why);
}

void QueueStore::remove(int id) {
    run(QStringLiteral("DELETE FROM work WHERE id = ?"), {id});
}

void QueueStore::isBeingWritten(int id, const ResultPtr& result) {
    writing_.insert(result.get(), {id});
}

void QueueStore::isWritten(const ResultPtr& result) {
    if (writing_.contains(result.get()))
        remove(writing_.take(result.get()).id);
}

void QueueStore::isNotWritten(const ResultPtr& result) {
    if (const auto picture = writing_.find(result.get()); picture != writing_.end())
        picture->failed = true;
}

void QueueStore::leave() {
    if (following_)
        run(QStringLiteral("UPDATE work SET begun = 0")); // what runs is not what ends the program
    following_.reset();
    if (writing_.isEmpty())
        close();
}

void QueueStore::close() {
    if (connection_.isEmpty())
        return;
    QSqlDatabase::database(connection_).close();
    QSqlDatabase::removeDatabase(std::exchange(connection_, {}));
    lock_.reset();
}

} // namespace scalekv::ui

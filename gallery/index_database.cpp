#include "gallery/index_database.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QUuid>

namespace scalekv::gallery {
namespace {

// SQLite's codes, and one with its further distinction.
constexpr int kError = 1, kBusy = 5, kLocked = 6, kCorrupt = 11, kNotADatabase = 26, kShortRead = 522;

IndexError::Kind kindOf(const QSqlError& error) {
    const int whole = error.nativeErrorCode().toInt(), code = whole & 0xff;
    if (code == kBusy || code == kLocked)
        return IndexError::Kind::Busy;
    const bool lacks = code == kError && error.databaseText().startsWith(QLatin1String("no such "));
    return code == kCorrupt || code == kNotADatabase || whole == kShortRead || lacks
               ? IndexError::Kind::Damaged
               : IndexError::Kind::Trouble;
}

} // namespace

void IndexDatabase::fail(const QSqlError& error) {
    throw IndexError(error.text().toStdString(), kindOf(error));
}

IndexDatabase::IndexDatabase(const QString& file) : name_(QUuid::createUuid().toString()) {
    database_ = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name_);
    try {
        open(file);
    } catch (...) {
        database_ = {};
        QSqlDatabase::removeDatabase(name_);
        throw;
    }
}

IndexDatabase::~IndexDatabase() {
    database_.close();
    database_ = {};
    QSqlDatabase::removeDatabase(name_);
}

QSqlQuery IndexDatabase::run(const QString& sql, const QVariantList& values) {
    QSqlQuery query(database_);
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        fail(query.lastError());
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (!query.exec())
        fail(query.lastError());
    return query;
}

void IndexDatabase::open(const QString& file) {
    if (!database_.isValid())
        throw IndexError("Qt's driver for SQLite is not installed (package libqt6sql6-sqlite).",
                         IndexError::Kind::Trouble);
    if (file != QLatin1String(":memory:"))
        QDir().mkpath(QFileInfo(file).absolutePath());
    database_.setDatabaseName(file);
    database_.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=10000"));
    if (!database_.open())
        fail(database_.lastError());
    // It can be made again, so a power failure may cost it the last moments.
    run(QStringLiteral("PRAGMA journal_mode = WAL"));
    run(QStringLiteral("PRAGMA synchronous = NORMAL"));
    makeTables();
    run(QStringLiteral("SELECT 1 FROM pictures, words, thumbnails LIMIT 0"));
    QSqlQuery check = run(QStringLiteral("PRAGMA quick_check(1)"));
    if (!check.next() || check.value(0).toString() != QLatin1String("ok"))
        throw IndexError("The index is damaged.", IndexError::Kind::Damaged);
}

void IndexDatabase::makeTables() {
    run(QStringLiteral("BEGIN IMMEDIATE")); // of two programs one makes them
    QSqlQuery version = run(QStringLiteral("PRAGMA user_version"));
    const int found = version.next() ? version.value(0).toInt() : -1;
    version.finish();
    if (found == 0) {
        run(QStringLiteral(
            "CREATE TABLE pictures (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE,"
            " trashed INTEGER NOT NULL, broken INTEGER NOT NULL,"
            " picture_time INTEGER NOT NULL, picture_bytes INTEGER NOT NULL,"
            " run_time INTEGER NOT NULL, run_bytes INTEGER NOT NULL,"
            " marks_time INTEGER NOT NULL, marks_bytes INTEGER NOT NULL,"
            " bytes INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
            " has_recipe INTEGER NOT NULL, prompt TEXT NOT NULL, policy TEXT NOT NULL,"
            " policy_name TEXT NOT NULL, model TEXT NOT NULL, reached TEXT NOT NULL,"
            " stars INTEGER NOT NULL, tags TEXT NOT NULL)"));
        run(QStringLiteral("CREATE VIRTUAL TABLE words USING fts5(prompt, negative, tags, settings,"
                           " tokenize = 'unicode61 remove_diacritics 2')"));
        run(QStringLiteral("CREATE TABLE thumbnails (id INTEGER PRIMARY KEY, jpeg BLOB NOT NULL)"));
        run(QStringLiteral("PRAGMA user_version = %1").arg(kIndexVersion));
    }
    run(QStringLiteral("COMMIT"));
    if (found != 0 && found != kIndexVersion)
        throw IndexError("The index is of another version.", IndexError::Kind::Damaged);
}

void removeDatabase(const QString& file) {
    for (const char* ending : {"", "-wal", "-shm", "-journal"})
        QFile::remove(file + QLatin1String(ending));
}

} // namespace scalekv::gallery

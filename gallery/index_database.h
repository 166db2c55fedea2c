#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <stdexcept>

namespace scalekv::gallery {

/// Of the tables; part of the file's name, so that programs of two versions do not take it from one another.
inline constexpr int kIndexVersion = 2;

/// What SQLite could not do.
struct IndexError : std::runtime_error {
    enum class Kind {
        Busy,    ///< another program keeps the file for too long, and later it may go
        Damaged, ///< of the file itself: it has to be made anew
        Trouble  ///< of its disk, or of the memory: another file would fare no better
    };
    IndexError(const std::string& text, Kind which) : std::runtime_error(text), kind(which) {}
    Kind kind;
};

/// An open SQLite file with the index's tables. Of one thread.
class IndexDatabase {
public:
    /// Opens or makes the file (":memory:": none). Throws IndexError, also for a file that is damaged or of
    /// another version.
    explicit IndexDatabase(const QString& file);
    ~IndexDatabase();
    IndexDatabase(const IndexDatabase&) = delete;
    IndexDatabase& operator=(const IndexDatabase&) = delete;

    /// Throws IndexError.
    QSqlQuery run(const QString& sql, const QVariantList& values = {});

private:
    void open(const QString& file);
    void makeTables();
    [[noreturn]] static void fail(const QSqlError& error);

    QString name_; ///< of Qt's connection
    QSqlDatabase database_;
};

/// Takes away a database with the files that SQLite has beside it.
void removeDatabase(const QString& file);

} // namespace scalekv::gallery

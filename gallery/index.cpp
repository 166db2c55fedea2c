#include "gallery/index.h"

#include "gallery/trash.h"

namespace scalekv::gallery {
namespace {

std::unique_ptr<IndexDatabase> opened(const QString& file) {
    try {
        return std::make_unique<IndexDatabase>(file);
    } catch (const IndexError& error) {
        if (error.kind != IndexError::Kind::Damaged)
            throw;
    }
    removeDatabase(file);
    return std::make_unique<IndexDatabase>(file);
}

QString tagsText(QStringList tags) {
    for (QString& tag : tags)
        tag.replace(QLatin1Char('\n'), QLatin1Char(' '));
    return tags.isEmpty() ? QStringLiteral("")
                          : QLatin1Char('\n') + tags.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

/// Qt writes a null QString as NULL.
QString notNull(const QString& text) {
    return text.isNull() ? QStringLiteral("") : text;
}

} // namespace

Change::~Change() {
    if (!open_)
        return;
    try {
        index_.rollBack();
    } catch (const IndexError&) {
        // SQLite has done it itself.
    }
}

void Change::commit() {
    index_.commit();
    open_ = false;
}

Index::Index(const QString& file) : database_(opened(file)) {}

void Index::begin() {
    database_->run(QStringLiteral("BEGIN IMMEDIATE"));
}

void Index::commit() {
    database_->run(QStringLiteral("COMMIT"));
}

void Index::rollBack() {
    database_->run(QStringLiteral("ROLLBACK"));
}

void Index::put(const PictureFacts& facts) {
    const Entry& entry = facts.entry;
    QSqlQuery old = database_->run(
        QStringLiteral("SELECT id, picture_time, picture_bytes FROM pictures WHERE path = ?"), {entry.path});
    qint64 id = 0;
    if (old.next()) {
        id = old.value(0).toLongLong();
        if (FileStamp{old.value(1).toLongLong(), old.value(2).toLongLong()} != facts.picture)
            database_->run(QStringLiteral("DELETE FROM thumbnails WHERE id = ?"), {id});
    }
    old.finish();
    const QSqlQuery written = database_->run(
        QStringLiteral(
            "INSERT OR REPLACE INTO pictures (id, path, trashed, broken, picture_time, picture_bytes,"
            " run_time, run_bytes, marks_time, marks_bytes, bytes, width, height, has_recipe, prompt,"
            " policy, policy_name, model, reached, stars, tags)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {id == 0 ? QVariant() : QVariant(id),
         entry.path,
         isTrashed(entry.path),
         facts.broken,
         facts.picture.time,
         facts.picture.bytes,
         facts.run.time,
         facts.run.bytes,
         facts.marks.time,
         facts.marks.bytes,
         entry.bytes,
         entry.width,
         entry.height,
         entry.hasRecipe,
         notNull(entry.prompt),
         notNull(entry.policy),
         notNull(facts.policyName),
         notNull(entry.model),
         notNull(entry.reached),
         entry.marks.stars,
         tagsText(entry.marks.tags)});
    putWords(id == 0 ? written.lastInsertId().toLongLong() : id, facts);
}

void Index::putWords(qint64 id, const PictureFacts& facts) {
    database_->run(QStringLiteral("DELETE FROM words WHERE rowid = ?"), {id});
    database_->run(
        QStringLiteral("INSERT INTO words (rowid, prompt, negative, tags, settings) VALUES (?, ?, ?, ?, ?)"),
        {id, notNull(facts.entry.prompt), notNull(facts.negative),
         notNull(facts.entry.marks.tags.join(QLatin1Char(' '))), notNull(facts.settings)});
}

void Index::remove(const QString& path) {
    QSqlQuery old = database_->run(QStringLiteral("SELECT id FROM pictures WHERE path = ?"), {path});
    if (!old.next())
        return;
    const qint64 id = old.value(0).toLongLong();
    old.finish();
    for (const char* sql : {"DELETE FROM words WHERE rowid = ?", "DELETE FROM thumbnails WHERE id = ?",
                            "DELETE FROM pictures WHERE id = ?"})
        database_->run(QLatin1String(sql), {id});
}

void Index::move(const QString& from, const QString& to) {
    // Another program may have seen the new name before.
    QSqlQuery seen = database_->run(QStringLiteral("SELECT 1 FROM pictures WHERE path = ?"), {from});
    if (!seen.next())
        return;
    seen.finish();
    remove(to);
    database_->run(QStringLiteral("UPDATE pictures SET path = ?, trashed = ? WHERE path = ?"),
                   {to, isTrashed(to), from});
}

QByteArray Index::thumbnail(qint64 id) {
    QSqlQuery query = database_->run(QStringLiteral("SELECT jpeg FROM thumbnails WHERE id = ?"), {id});
    return query.next() ? query.value(0).toByteArray() : QByteArray();
}

void Index::putThumbnail(qint64 id, const QByteArray& jpeg) {
    database_->run(
        QStringLiteral(
            "INSERT OR REPLACE INTO thumbnails (id, jpeg) SELECT id, ? FROM pictures WHERE id = ?"),
        {jpeg, id});
}

} // namespace scalekv::gallery

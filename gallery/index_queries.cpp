#include "gallery/index.h"
#include "gallery/search_terms.h"

#include <algorithm>

namespace scalekv::gallery {
namespace {

constexpr char kColumns[] = "id, path, prompt, policy, model, picture_time, bytes, width, height, has_recipe,"
                            " run_bytes, reached, stars, tags";

QString orderOf(Sort sort) {
    const QString newest = QStringLiteral("picture_time DESC, id DESC");
    switch (sort) {
    case Sort::Newest:
        break;
    case Sort::Oldest:
        return QStringLiteral("picture_time ASC, id ASC");
    case Sort::Prompt:
        return QStringLiteral("prompt COLLATE NOCASE ASC, ") + newest;
    case Sort::Stars:
        return QStringLiteral("stars DESC, ") + newest;
    case Sort::Largest:
        return QStringLiteral("bytes DESC, ") + newest;
    }
    return newest;
}

/// Of languages that write words without spaces, of which the full-text search sees only whole sentences.
bool isWithoutSpaces(const QString& word) {
    const QList<uint> letters = word.toUcs4();
    return std::any_of(letters.begin(), letters.end(), [](uint letter) {
        const QChar::Script script = QChar::script(letter);
        return script == QChar::Script_Han || script == QChar::Script_Hiragana ||
               script == QChar::Script_Katakana;
    });
}

/// The term as a question to the full-text search.
QString matchText(const SearchTerm& term) {
    return QLatin1Char('"') + term.text + QLatin1Char('"') + (term.whole ? QString() : QStringLiteral("*"));
}

QString placeholders(qsizetype count) {
    return QStringList(count, QStringLiteral("?")).join(QLatin1Char(','));
}

constexpr qsizetype kMostValues = 500; // of one statement; SQLite allows more

} // namespace

QHash<QString, PictureStamps> Index::stamps() {
    QHash<QString, PictureStamps> stamps;
    QSqlQuery query =
        database_->run(QStringLiteral("SELECT path, picture_time, picture_bytes, run_time, run_bytes,"
                                      " marks_time, marks_bytes FROM pictures"));
    const auto stamp = [&](int n) {
        return FileStamp{query.value(n).toLongLong(), query.value(n + 1).toLongLong()};
    };
    while (query.next())
        stamps.insert(query.value(0).toString(), {stamp(1), stamp(3), stamp(5)});
    return stamps;
}

QVector<Entry> Index::read(QSqlQuery query) {
    QVector<Entry> entries;
    while (query.next()) {
        Entry entry;
        entry.id = query.value(0).toLongLong();
        entry.path = query.value(1).toString();
        entry.prompt = query.value(2).toString();
        entry.policy = query.value(3).toString();
        entry.model = query.value(4).toString();
        entry.time = query.value(5).toLongLong();
        entry.bytes = query.value(6).toLongLong();
        entry.width = query.value(7).toInt();
        entry.height = query.value(8).toInt();
        entry.hasRecipe = query.value(9).toBool();
        entry.hasRun = query.value(10).toLongLong() > 0;
        entry.reached = query.value(11).toString();
        entry.marks.stars = query.value(12).toInt();
        entry.marks.tags = query.value(13).toString().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        entry.count = query.value(14).toInt();
        entries += entry;
    }
    return entries;
}

QString Index::filter(const Query& query, QVariantList& values) {
    QString sql = QStringLiteral(" FROM pictures WHERE broken = 0 AND trashed = ?");
    values += query.trashed;
    const auto add = [&](const char* condition, const QVariant& value) {
        sql += QLatin1String(" AND ") + QLatin1String(condition);
        values += value;
    };
    for (const SearchTerm& term : searchTerms(query.words)) {
        const bool contains = isWithoutSpaces(term.text);
        sql += QStringLiteral(" AND id %1 (SELECT rowid FROM words WHERE %2)")
                   .arg(term.excluded ? QStringLiteral("NOT IN") : QStringLiteral("IN"),
                        contains ? QStringLiteral("instr(lower(prompt || char(10) || negative || char(10) ||"
                                                  " tags || char(10) || settings), lower(?))")
                                 : QStringLiteral("words MATCH ?"));
        values += contains ? term.text : matchText(term);
    }
    if (!query.model.isEmpty())
        add("model = ?", query.model);
    if (!query.policy.isEmpty())
        add("policy_name = ?", query.policy);
    if (!query.tag.isEmpty())
        add("instr(tags, char(10) || ? || char(10))", query.tag);
    if (query.leastStars > 0)
        add("stars >= ?", query.leastStars);
    if (!query.prompts.isEmpty()) {
        sql += QStringLiteral(" AND prompt IN (%1)").arg(placeholders(query.prompts.size()));
        for (const QString& prompt : query.prompts)
            values += prompt.isNull() ? QStringLiteral("") : prompt; // Qt writes a null one as NULL
    }
    return sql;
}

QVector<Entry> Index::find(const Query& query) {
    QVariantList values;
    const QString where = filter(query, values);
    const QString columns = QLatin1String(kColumns), order = orderOf(query.sort);
    if (query.grouped) // each group's first stands for it
        return read(database_->run(
            QStringLiteral(
                "SELECT %1, members FROM (SELECT %1, count(*) OVER (PARTITION BY prompt) AS members,"
                " row_number() OVER (PARTITION BY prompt ORDER BY %2) AS place%3)"
                " WHERE place = 1 ORDER BY %2")
                .arg(columns, order, where),
            values));
    return read(
        database_->run(QStringLiteral("SELECT %1, 1%2 ORDER BY %3").arg(columns, where, order), values));
}

QVector<Entry> Index::entries(const QVector<qint64>& ids) {
    QVector<Entry> found;
    for (qsizetype from = 0; from < ids.size(); from += kMostValues) {
        const QVector<qint64> some = ids.mid(from, kMostValues);
        found += read(database_->run(
            QStringLiteral("SELECT ") + QLatin1String(kColumns) +
                QStringLiteral(", 1 FROM pictures WHERE id IN (%1)").arg(placeholders(some.size())),
            QVariantList(some.begin(), some.end())));
    }
    return found;
}

QStringList Index::paths(const QVector<qint64>& ids) {
    QStringList paths;
    for (const Entry& entry : entries(ids))
        paths += entry.path;
    return paths;
}

QStringList Index::column(const QString& sql) {
    QStringList values;
    QSqlQuery query = database_->run(sql);
    while (query.next())
        values += query.value(0).toString();
    return values;
}

QStringList Index::trashedPaths() {
    return column(QStringLiteral("SELECT path FROM pictures WHERE trashed = 1"));
}

Contents Index::contents() {
    Contents contents;
    QSqlQuery sums = database_->run(QStringLiteral(
        "SELECT trashed, sum(1 - broken), sum(bytes), sum(broken) FROM pictures GROUP BY trashed"));
    while (sums.next()) {
        const bool trashed = sums.value(0).toBool();
        (trashed ? contents.trashedPictures : contents.pictures) = sums.value(1).toLongLong();
        (trashed ? contents.trashBytes : contents.bytes) = sums.value(2).toLongLong();
        if (trashed)
            contents.trashedBroken = sums.value(3).toLongLong();
    }
    sums.finish();
    const auto distinct = [this](const char* name) {
        return column(
            QStringLiteral(
                "SELECT DISTINCT %1 FROM pictures WHERE %1 != '' AND broken = 0 ORDER BY 1 COLLATE NOCASE")
                .arg(QLatin1String(name)));
    };
    contents.models = distinct("model");
    contents.policies = distinct("policy_name");
    for (const QString& tags : distinct("tags"))
        contents.tags += tags.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    contents.tags.removeDuplicates();
    contents.tags.sort(Qt::CaseInsensitive);
    return contents;
}

QVector<Entry> Index::leastMissed(qint64 bytes) {
    QVector<Entry> some;
    qint64 sum = 0;
    for (Entry& entry :
         read(database_->run(QStringLiteral("SELECT ") + QLatin1String(kColumns) +
                             QStringLiteral(", 1 FROM pictures WHERE broken = 0 AND trashed = 0 AND stars = 0"
                                            " AND tags = '' ORDER BY picture_time, id")))) {
        if (sum >= bytes)
            break;
        sum += entry.bytes;
        some += std::move(entry);
    }
    return some;
}

} // namespace scalekv::gallery

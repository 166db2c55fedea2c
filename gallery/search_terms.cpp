#include "gallery/search_terms.h"

#include <QRegularExpression>

#include <algorithm>

namespace scalekv::gallery {

QVector<SearchTerm> searchTerms(const QString& typed) {
    // A quote that is not closed is still being typed.
    static const QRegularExpression each(QStringLiteral(R"((-?)(?:"([^"]*)("?)|(\S+)))"),
                                         QRegularExpression::UseUnicodePropertiesOption);
    static const QRegularExpression setting(QStringLiteral(R"(^[\p{L}-]+[:=].*[\p{L}\p{N}])"));
    QVector<SearchTerm> terms;
    for (auto found = each.globalMatch(typed); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        const bool quoted = match.capturedStart(2) >= 0;
        QString text = match.captured(quoted ? 2 : 4).simplified();
        text.remove(QLatin1Char('"'));
        if (!std::any_of(text.cbegin(), text.cend(),
                         [](QChar c) { return c.isLetterOrNumber() || c.isSurrogate(); }))
            continue;
        terms += {text, match.capturedLength(1) > 0,
                  quoted ? match.capturedLength(3) > 0 : setting.match(text).hasMatch()};
    }
    return terms;
}

} // namespace scalekv::gallery

#pragma once

#include <QString>
#include <QVector>

namespace scalekv::gallery {

/// One of the things that a search asks for.
struct SearchTerm {
    QString text;
    bool excluded = false; ///< pictures without it
    bool whole = false;    ///< these words, and not others that begin so

    bool operator==(const SearchTerm&) const = default;
};

/// What a person types, as search engines have taught it: words, which may go on ("app"); "words in quotes";
/// -word, without it; a setting with its value (seed:7), which is exactly that.
QVector<SearchTerm> searchTerms(const QString& typed);

} // namespace scalekv::gallery

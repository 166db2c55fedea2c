#include "gallery/marks.h"

#include "gallery/move_files.h"
#include "gallery/picture_name.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <QFile>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

#include <algorithm>

namespace scalekv::gallery {
namespace {

constexpr QLatin1String kRdf("http://www.w3.org/1999/02/22-rdf-syntax-ns#");
constexpr QLatin1String kXmp("http://ns.adobe.com/xap/1.0/");
constexpr QLatin1String kDc("http://purl.org/dc/elements/1.1/");
constexpr QLatin1String kMeta("adobe:ns:meta/");
constexpr qint64 kMostBytes = qint64(4) << 20;
constexpr qsizetype kLongestTag = 100;
constexpr int kMostTags = 1000;

bool is(const QXmlStreamReader& xml, QLatin1String space, const char* name) {
    return xml.namespaceUri() == space && xml.name() == QLatin1String(name);
}

bool isRating(const QXmlStreamAttribute& attribute) {
    return attribute.namespaceUri() == kXmp && attribute.name() == QLatin1String("Rating");
}

/// What an XMP says: its marks, and which of its rdf:Description say something else.
struct Known {
    bool damaged = false;
    Marks marks;
    bool oddRating = false; ///< as many stars, and more: −1 is "rejected"
    QVector<bool> foreign;  ///< a Description, in order
    bool isForeign = false;
};

/// Whether it says more than a number of stars.
bool readStars(QStringView text, Known& known) {
    const double rating = text.toDouble();
    known.marks.stars = rating >= kMostStars ? kMostStars : rating > 0 ? static_cast<int>(rating) : 0;
    known.oddRating = text != QString::number(known.marks.stars);
    return known.oddRating;
}

void readTags(QXmlStreamReader& xml, Known& known) {
    QStringList& tags = known.marks.tags;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isEndElement() && is(xml, kDc, "subject"))
            return;
        if (xml.isStartElement() && is(xml, kRdf, "li")) {
            // Exactly as it stands there: it is another program's word. (Elements in elements would be read
            // by as many calls.)
            const QString tag = xml.readElementText(QXmlStreamReader::SkipChildElements);
            if (!tag.trimmed().isEmpty() && !tags.contains(tag))
                tags += tag;
            if (tags.size() > kMostTags)
                xml.raiseError(QStringLiteral("too many tags"));
        }
    }
}

Known look(const QByteArray& text) {
    Known known;
    QXmlStreamReader xml(text);
    int depth = 0, description = 0; // depth of the Description that is open, 0: none
    bool rdf = false;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isEndElement()) {
            if (depth == description)
                description = 0;
            --depth;
        }
        if (!xml.isStartElement())
            continue;
        ++depth;
        if (is(xml, kRdf, "RDF")) {
            rdf = true;
        } else if (is(xml, kRdf, "Description") && description == 0) {
            description = depth;
            bool foreign = false;
            for (const QXmlStreamAttribute& attribute : xml.attributes()) {
                if (isRating(attribute))
                    foreign = readStars(attribute.value(), known) || foreign;
                else if (attribute.namespaceUri() != kRdf)
                    foreign = true;
            }
            known.foreign += foreign;
        } else if (description != 0 && depth == description + 1 && is(xml, kXmp, "Rating")) {
            if (readStars(xml.readElementText(QXmlStreamReader::SkipChildElements), known))
                known.foreign.back() = true;
            --depth;
        } else if (description != 0 && depth == description + 1 && is(xml, kDc, "subject")) {
            readTags(xml, known);
            --depth;
        } else if (description != 0) {
            known.foreign.back() = true;
        } else if (!is(xml, kMeta, "xmpmeta")) {
            known.isForeign = true;
        }
    }
    known.damaged = xml.hasError() || !rdf;
    known.isForeign = known.isForeign || known.foreign.contains(true);
    return known;
}

void writeDescription(QXmlStreamWriter& xml, const Marks& marks) {
    if (marks.isEmpty())
        return;
    xml.writeCharacters({}); // ends the tag before, which would else get these namespaces
    xml.writeNamespace(kXmp, QStringLiteral("xmp"));
    xml.writeNamespace(kDc, QStringLiteral("dc"));
    xml.writeStartElement(kRdf, QStringLiteral("Description"));
    xml.writeAttribute(kRdf, QStringLiteral("about"), QString());
    if (marks.stars > 0)
        xml.writeAttribute(kXmp, QStringLiteral("Rating"), QString::number(marks.stars));
    if (!marks.tags.isEmpty()) {
        xml.writeStartElement(kDc, QStringLiteral("subject"));
        xml.writeStartElement(kRdf, QStringLiteral("Bag"));
        for (const QString& tag : marks.tags)
            xml.writeTextElement(kRdf, QStringLiteral("li"), tag);
        xml.writeEndElement();
        xml.writeEndElement();
    }
    xml.writeEndElement();
}

QByteArray fresh(const Marks& marks) {
    QByteArray text;
    QXmlStreamWriter xml(&text);
    xml.setAutoFormatting(true);
    xml.writeStartDocument();
    xml.writeNamespace(kMeta, QStringLiteral("x"));
    xml.writeStartElement(kMeta, QStringLiteral("xmpmeta"));
    xml.writeNamespace(kRdf, QStringLiteral("rdf"));
    xml.writeStartElement(kRdf, QStringLiteral("RDF"));
    writeDescription(xml, marks);
    xml.writeEndDocument();
    return text;
}

void copyStart(QXmlStreamReader& from, QXmlStreamWriter& to, bool withRating) {
    to.writeCharacters({}); // as above
    for (const QXmlStreamNamespaceDeclaration& space : from.namespaceDeclarations()) {
        if (space.prefix().isEmpty())
            to.writeDefaultNamespace(space.namespaceUri().toString());
        else
            to.writeNamespace(space.namespaceUri().toString(), space.prefix().toString());
    }
    to.writeStartElement(from.namespaceUri().toString(), from.name().toString());
    for (const QXmlStreamAttribute& attribute : from.attributes()) {
        if (withRating || !isRating(attribute))
            to.writeAttribute(attribute);
    }
}

/// All but marks, with these at the beginning of rdf:RDF. A rating that says more than stars stays where
/// these are the same.
QByteArray changed(const QByteArray& text, const Known& known, Marks marks) {
    const bool ratingStays = known.oddRating && marks.stars == known.marks.stars;
    if (ratingStays)
        marks.stars = 0;
    QByteArray result;
    QXmlStreamReader from(text);
    QXmlStreamWriter to(&result);
    qsizetype descriptions = 0;
    int depth = 0, description = 0;
    bool written = false;
    while (!from.atEnd()) {
        from.readNext();
        if (from.isEndElement()) {
            if (depth == description)
                description = 0;
            --depth;
        }
        if (!from.isStartElement()) {
            if (from.tokenType() != QXmlStreamReader::Invalid &&
                from.tokenType() != QXmlStreamReader::NoToken)
                to.writeCurrentToken(from);
            continue;
        }
        if (is(from, kRdf, "Description") && description == 0) {
            if (!known.foreign.at(descriptions++)) {
                from.skipCurrentElement();
                continue;
            }
            description = depth + 1;
        } else if (description != 0 && depth == description &&
                   ((is(from, kXmp, "Rating") && !ratingStays) || is(from, kDc, "subject"))) {
            from.skipCurrentElement();
            continue;
        }
        ++depth;
        copyStart(from, to, ratingStays);
        if (is(from, kRdf, "RDF") && !written) {
            written = true;
            writeDescription(to, marks);
        }
    }
    return result;
}

std::optional<QByteArray> fileBytes(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kMostBytes)
        return {};
    const qint64 size = file.size();
    const QByteArray bytes = file.readAll();
    return file.error() == QFileDevice::NoError && bytes.size() == size ? std::optional(bytes) : std::nullopt;
}

} // namespace

QString cleanTag(const QString& text) {
    QString tag;
    for (const QChar c : text.simplified().left(kLongestTag)) {
        if (c.isPrint() && c != QLatin1Char(','))
            tag += c;
        else if (c.isHighSurrogate() || c.isLowSurrogate())
            tag += c;
    }
    return tag.trimmed();
}

Marks marksOf(const QByteArray& xmp) {
    const Known known = look(xmp);
    return known.damaged ? Marks() : known.marks;
}

Marks readMarks(const QString& picture) {
    return marksIfRead(picture).value_or(Marks());
}

std::optional<Marks> marksIfRead(const QString& picture) {
    if (!isThere(marksPath(picture)))
        return Marks();
    const std::optional<QByteArray> text = fileBytes(marksPath(picture));
    return text ? std::optional(marksOf(*text)) : std::nullopt;
}

std::optional<QByteArray> withMarks(const QByteArray& xmp, const Marks& marks) {
    if (xmp.isEmpty())
        return marks.isEmpty() ? QByteArray() : fresh(marks);
    const Known known = look(xmp);
    if (known.damaged)
        return {};
    if (!known.isForeign)
        return marks.isEmpty() ? QByteArray() : fresh(marks);
    return changed(xmp, known, marks);
}

namespace {

/// Empty: no such file.
QByteArray bytesToChange(const QString& path) {
    const std::optional<QByteArray> bytes = isThere(path) ? fileBytes(path) : QByteArray();
    if (!bytes)
        throw Error("Cannot read " + nativePath(path) + ", so nothing is changed in it.");
    if (!bytes->isEmpty() && look(*bytes).damaged)
        throw Error(nativePath(path) +
                    " is damaged, so nothing is changed in it. Move it away to begin anew.");
    return *bytes;
}

} // namespace

Marks marksToChange(const QString& picture) {
    return marksOf(bytesToChange(marksPath(picture)));
}

void writeMarks(const QString& picture, const Marks& marks) {
    const QString path = marksPath(picture);
    const QByteArray text = *withMarks(bytesToChange(path), marks);
    if (!text.isEmpty())
        writeFile(nativePath(path), std::string_view(text.constData(), std::size_t(text.size())));
    else if (isThere(path) && !QFile::remove(path))
        throw Error("Cannot delete " + nativePath(path) + ".");
}

} // namespace scalekv::gallery

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

void readStars(QStringView text, Marks& marks) {
    marks.stars = std::clamp(static_cast<int>(text.toDouble()), 0, kMostStars); // −1 is "rejected"
}

void readTags(QXmlStreamReader& xml, Marks& marks) {
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isEndElement() && is(xml, kDc, "subject"))
            return;
        if (xml.isStartElement() && is(xml, kRdf, "li")) {
            const QString tag = cleanTag(xml.readElementText(QXmlStreamReader::IncludeChildElements));
            if (!tag.isEmpty() && !marks.tags.contains(tag) && marks.tags.size() < kMostTags)
                marks.tags += tag;
        }
    }
}

/// What an XMP says: its marks, and which of its rdf:Description say something else.
struct Known {
    bool damaged = false;
    Marks marks;
    QVector<bool> foreign; ///< a Description, in order
    bool isForeign = false;
};

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
                    readStars(attribute.value(), known.marks);
                else if (attribute.namespaceUri() != kRdf)
                    foreign = true;
            }
            known.foreign += foreign;
        } else if (description != 0 && depth == description + 1 && is(xml, kXmp, "Rating")) {
            readStars(xml.readElementText(QXmlStreamReader::IncludeChildElements), known.marks);
            --depth;
        } else if (description != 0 && depth == description + 1 && is(xml, kDc, "subject")) {
            readTags(xml, known.marks);
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

void copyStart(QXmlStreamReader& from, QXmlStreamWriter& to) {
    to.writeCharacters({}); // as above
    for (const QXmlStreamNamespaceDeclaration& space : from.namespaceDeclarations()) {
        if (space.prefix().isEmpty())
            to.writeDefaultNamespace(space.namespaceUri().toString());
        else
            to.writeNamespace(space.namespaceUri().toString(), space.prefix().toString());
    }
    to.writeStartElement(from.namespaceUri().toString(), from.name().toString());
    for (const QXmlStreamAttribute& attribute : from.attributes()) {
        if (!isRating(attribute))
            to.writeAttribute(attribute);
    }
}

/// All but marks, with these at the beginning of rdf:RDF.
QByteArray changed(const QByteArray& text, const Known& known, const Marks& marks) {
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
                   (is(from, kXmp, "Rating") || is(from, kDc, "subject"))) {
            from.skipCurrentElement();
            continue;
        }
        ++depth;
        copyStart(from, to);
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
    return file.readAll();
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
    const std::optional<QByteArray> text = fileBytes(marksPath(picture));
    return text ? marksOf(*text) : Marks();
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

void writeMarks(const QString& picture, const Marks& marks) {
    const QString path = marksPath(picture);
    const bool exists = isThere(path);
    std::optional<QByteArray> text;
    if (const std::optional<QByteArray> old = exists ? fileBytes(path) : QByteArray())
        text = withMarks(*old, marks);
    if (!text) {
        if (marks.isEmpty())
            return; // it had none to begin with
        QString aside = path + QStringLiteral(".damaged");
        for (int n = 2; !moveFile(path, aside) && isThere(path); ++n)
            aside = path + QStringLiteral(".damaged%1").arg(n);
        text = withMarks({}, marks);
    }
    if (!text->isEmpty())
        writeFile(nativePath(path), std::string_view(text->constData(), std::size_t(text->size())));
    else if (exists && !QFile::remove(path))
        throw Error("Cannot delete " + nativePath(path) + ".");
}

} // namespace scalekv::gallery

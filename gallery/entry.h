#pragma once

#include <QMetaType>
#include <QString>
#include <QStringList>
#include <QVector>

#include <optional>

namespace scalekv::gallery {

/// What a person says of a picture.
struct Marks {
    int stars = 0; ///< 0 … kMostStars
    QStringList tags;

    bool isEmpty() const { return stars == 0 && tags.isEmpty(); }
    bool operator==(const Marks&) const = default;
};

inline constexpr int kMostStars = 5;

/// What is to become of the marks of some pictures.
struct MarksChange {
    std::optional<int> stars = {};
    QStringList addTags = {}, removeTags = {};
};

/// A picture of the folder, as light as a list of ten thousand needs it.
struct Entry {
    qint64 id = 0;
    QString path;   ///< relative to the folder; within the trash, see trash.h
    QString prompt; ///< empty: no recipe
    QString policy; ///< "snapkv 10 %"; empty: no recipe
    QString model;
    qint64 time = 0;  ///< of the file, ms since 1970
    qint64 bytes = 0; ///< with what lies beside it
    int width = 0, height = 0;
    bool hasRecipe = false;
    bool hasRun = false; ///< its run file lies beside it
    QString reached;     ///< of a stopped generation: "5/10" scales; else empty
    Marks marks;
    int count = 1; ///< of a group: its pictures

    bool operator==(const Entry&) const = default;
};

enum class Sort { Newest, Oldest, Prompt, Stars, Largest };

/// Which pictures are looked for; at first all but those in the trash, newest first.
struct Query {
    QString words = {}; ///< in prompt, tags or settings; see searchTerms()
    QString model = {}, policy = {}, tag = {};
    int leastStars = 0;
    QStringList prompts = {}; ///< exactly one of these; none: any
    bool trashed = false;
    bool grouped = false; ///< one entry a prompt: its first in the order, with their count
    Sort sort = Sort::Newest;

    bool operator==(const Query&) const = default;
};

/// What the folder holds altogether, and what can be filtered by.
struct Contents {
    qint64 pictures = 0, bytes = 0; ///< without the trash
    qint64 trashedPictures = 0, trashBytes = 0;
    qint64 trashedBroken = 0;           ///< in the trash and no whole PNGs: they go with it
    QStringList models, policies, tags; ///< sorted; policies by name alone: "snapkv"
};

} // namespace scalekv::gallery

Q_DECLARE_METATYPE(scalekv::gallery::Contents)
Q_DECLARE_METATYPE(scalekv::gallery::Entry)

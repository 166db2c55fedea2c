#pragma once

#include "scalekv/model_identity.h"
#include "scalekv/request.h"

#include <QImage>
#include <QObject>
#include <QStringList>
#include <QVector>

#include <functional>
#include <vector>

namespace scalekv::ui {

/// Pictures over two settings: a grid whose columns differ by one setting and whose rows by another. Either
/// may be missing: then there is one column, or one row, without a name.
struct PictureSheet {
    int id = 0; ///< of its list; 0: not yet in one
    QString title;
    QString columnAxis, rowAxis; ///< the settings' names
    QStringList columns, rows;   ///< their values
    /// Row by row, rows · columns of each.
    std::vector<GenerationRequest> requests;
    ModelIdentity model;      ///< that makes them
    QString modelPath;        ///< where that was; empty: not known
    QVector<int> first;       ///< by findTwins()
    QStringList files;        ///< of the pictures that were made; empty: not yet, or not known where
    QVector<QImage> pictures; ///< those that are in no file, or not yet

    int cells() const { return static_cast<int>(requests.size()); }
    int made() const;
    /// The first cell of the same picture: a budget is not read by the full cache, so a whole row of it is
    /// one.
    int firstLike(int cell) const { return first.value(cell, cell); }
    void findTwins();
};

/// The sheets that were asked for, newest first.
class SheetList : public QObject {
    Q_OBJECT
public:
    static constexpr int kMost = 50; ///< the oldest go when there are more; their pictures stay

    using QObject::QObject;

    const QVector<PictureSheet>& all() const { return sheets_; }
    /// Null: there is none of this id.
    const PictureSheet* find(int id) const;
    /// Its id. Files and pictures are none yet where it names none.
    int add(PictureSheet sheet);
    /// At a place of the list: for undoing.
    void insert(int row, const PictureSheet& sheet);
    PictureSheet take(int id);
    int rowOf(int id) const;
    // Of a cell, and of all others of the same picture.
    void setPicture(int id, int cell, const QImage& picture);
    void setFile(int id, int cell, const QString& file);

Q_SIGNALS:
    void added(int id);
    void taken(int id);
    /// A cell has its picture, or its file.
    void cellChanged(int id, int cell);

private:
    void change(int id, int cell, const std::function<void(PictureSheet&, int)>& change);

    QVector<PictureSheet> sheets_;
    int nextId_ = 1;
};

} // namespace scalekv::ui

#include "ui/runs/picture_sheet.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace scalekv::ui {

int PictureSheet::made() const {
    int number = 0;
    for (int cell = 0; cell < cells(); ++cell)
        number += !files.value(cell).isEmpty() || !pictures.value(cell).isNull();
    return number;
}

void PictureSheet::findTwins() {
    std::unordered_map<std::string, int> known;
    first.clear();
    for (const GenerationRequest& request : requests)
        first += known.emplace(toJson(request), int(first.size())).first->second;
}

int SheetList::rowOf(int id) const {
    const auto found = std::find_if(sheets_.begin(), sheets_.end(),
                                    [id](const PictureSheet& sheet) { return sheet.id == id; });
    return found == sheets_.end() ? -1 : static_cast<int>(found - sheets_.begin());
}

const PictureSheet* SheetList::find(int id) const {
    const int row = rowOf(id);
    return row < 0 ? nullptr : &sheets_[row];
}

int SheetList::add(PictureSheet sheet) {
    sheet.id = nextId_;
    insert(0, sheet);
    while (sheets_.size() > kMost)
        take(sheets_.constLast().id);
    return sheet.id;
}

void SheetList::insert(int row, const PictureSheet& sheet) {
    nextId_ = std::max(nextId_, sheet.id + 1);
    sheets_.insert(row, sheet);
    PictureSheet& added = sheets_[row];
    added.findTwins();
    added.files.resize(added.cells());
    added.pictures.resize(added.cells());
    Q_EMIT this->added(sheet.id);
}

PictureSheet SheetList::take(int id) {
    const int row = rowOf(id);
    if (row < 0)
        return {};
    PictureSheet sheet = sheets_.takeAt(row);
    Q_EMIT taken(id);
    return sheet;
}

void SheetList::change(int id, int cell, const std::function<void(PictureSheet&, int)>& change) {
    const int row = rowOf(id);
    if (row < 0 || cell < 0 || cell >= sheets_[row].cells())
        return;
    const int first = sheets_[row].firstLike(cell);
    for (int other = first; other < sheets_[row].cells(); ++other) {
        if (sheets_[row].firstLike(other) != first)
            continue;
        change(sheets_[row], other);
        Q_EMIT cellChanged(id, other);
    }
}

void SheetList::setPicture(int id, int cell, const QImage& picture) {
    change(id, cell, [&picture](PictureSheet& sheet, int at) { sheet.pictures[at] = picture; });
}

void SheetList::setFile(int id, int cell, const QString& file) {
    change(id, cell, [&file](PictureSheet& sheet, int at) {
        sheet.files[at] = file;
        sheet.pictures[at] = {}; // it can be read again: memory does not grow with a night's work
    });
}

} // namespace scalekv::ui

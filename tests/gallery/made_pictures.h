#pragma once

#include "gallery/gallery.h"

#include <QSignalSpy>
#include <QTemporaryDir>

/// Pictures for tests of the gallery, made without a model.
namespace scalekv::test {

/// A picture of this prompt and seed, with a recipe, and a run file that is sound.
gallery::NewPicture madePicture(const QString& prompt, quint64 seed, int side = 32);
RgbImage madeImage(quint64 seed, int side);

/// A gallery in a temporary folder, asked as a window asks it and waited for.
class OpenGallery {
public:
    static constexpr int kPatience = 60000; // ms

    OpenGallery() : OpenGallery(QString(), QString()) {}
    /// Empty: temporary folders of its own.
    OpenGallery(const QString& folder, const QString& indexFolder);

    gallery::Gallery& operator*() { return *gallery_; }
    gallery::Gallery* operator->() { return gallery_.get(); }
    QString folder() const { return folder_; }
    QString indexFolder() const { return indexFolder_; }

    /// Ends the one and begins another with the same folders.
    void reopen();
    void close() { gallery_.reset(); }
    /// Waits until the folder has been looked through since.
    bool rescan();

    /// The name that it got; empty: it was not kept.
    QString keep(const gallery::NewPicture& picture);
    QVector<gallery::Entry> find(const gallery::Query& query = {});
    /// Their names, in order.
    QStringList names(const gallery::Query& query = {});
    QStringList prompts(const gallery::Query& query = {});
    /// Where they went.
    QStringList move(const QStringList& paths, quint64* ticket = nullptr);

private:
    QTemporaryDir own_;
    QString folder_, indexFolder_;
    std::unique_ptr<gallery::Gallery> gallery_;
};

} // namespace scalekv::test

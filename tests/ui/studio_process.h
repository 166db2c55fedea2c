#pragma once

#include "scalekv/request.h"

#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <QVector>

/// The real program without a screen, with a home of its own: its queue can be filled before it starts, and
/// it can be killed at any time.
class StudioProcess {
public:
    static constexpr int kPatience = 240000; // ms

    StudioProcess();
    ~StudioProcess();

    bool isReady() const; ///< its folders could be made
    QString gallery() const { return home_.filePath(QStringLiteral("ScaleKV")); }
    QString indexFile() const;
    QString queueFile() const;

    /// Puts pictures behind those that wait. While it does not run. Empty, or why that failed.
    QString queue(const QVector<scalekv::GenerationRequest>& requests);
    /// What was held waits again, and what the program holds when it starts next: it was under way at two
    /// kills. How many; -1: the queue could not be written.
    int letGoOn();

    bool start();
    void kill(); ///< SIGKILL
    QProcess& process() { return process_; }
    /// Names of pictures that it has told as kept since this was asked last.
    QStringList takeKept();

    /// The seeds of what the queue's file holds, read from a copy: what a kill has left is the program's to
    /// mend.
    struct Left {
        QVector<quint64> waiting, running, held;
        QString problem; ///< it holds something else, or cannot be read
        qsizetype count() const { return waiting.size() + running.size() + held.size(); }
    };
    Left left() const;
    /// A copy of an SQLite database as it is on the disk.
    static QString copyOf(const QString& database, const QTemporaryDir& to);

private:
    QString dataFolder() const;

    QTemporaryDir home_;
    QProcess process_;
    QByteArray unread_;
};

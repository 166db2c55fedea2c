#pragma once

#include <QFrame>
#include <QString>
#include <QVector>

class QAction;
class QLabel;
class QPushButton;

namespace scalekv::widgets {

/// A line above the work that tells of a problem without taking the keyboard away, with at most one thing to
/// do about it. Stays until closed, replaced, or withdrawn by who knows that it no longer holds. Errors are
/// not replaced by errors about something else: they stand below one another.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Info, Warning, Error };

    explicit MessageBar(QWidget* parent = nullptr);

    /// `subject` names what the message is about, for withdraw(): about one thing one message stands.
    void showMessage(Kind kind, const QString& subject, const QString& text);
    /// Puts a button beside the newest message. The action is there to be connected to; it is gone with the
    /// message, or when another comes, so nothing can be done about a message that no longer stands.
    QAction* offer(const QString& text);
    /// Takes the message away if it is about `subject`.
    void withdraw(const QString& subject);
    void closeMessage();

    QString text() const;
    Kind kind() const { return kind_; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Message {
        Kind kind;
        QString subject, text;
    };

    void fill();
    void drawIcon();
    void dropAction();

    QLabel* icon_;
    QLabel* text_;
    QPushButton* button_;
    QAction* action_ = nullptr; ///< of the message that is shown
    QVector<Message> messages_; ///< that stand, the newest last: one, or errors
    Kind kind_ = Kind::Info;    ///< of the newest
};

} // namespace scalekv::widgets

using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Messaging;

/// <summary>What a member does in a conversation that stands open before him.</summary>
public enum Doing
{
    Viewing,
    Typing,

    /// <summary>He said that he is the one who answers.</summary>
    Took,
}

/// <summary>A member who has a conversation open.</summary>
/// <param name="Since">When he began to do what he does.</param>
public sealed record Colleague(UserId User, Doing Doing, DateTimeOffset Since);

/// <summary>An answer that a member gave in a conversation a short while ago.</summary>
public sealed record RecentAnswer(UserId Author, DateTimeOffset At, string Text);

/// <summary>Why an answer should be looked at once more before it goes out. Whoever looked may send it all the same.</summary>
public abstract record Collision(UserId By)
{
    /// <summary>These very words were sent less than a minute ago; by oneself, too.</summary>
    public sealed record Same(UserId By, DateTimeOffset At) : Collision(By);

    /// <summary>A colleague has answered, perhaps after these words were begun.</summary>
    public sealed record Answered(UserId By, DateTimeOffset At) : Collision(By);

    /// <summary>A colleague is answering now.</summary>
    /// <param name="HasSaidSo">He took the answer upon himself; else he is only typing.</param>
    public sealed record Answering(UserId By, bool HasSaidSo) : Collision(By);
}

/// <summary>Who answers a conversation that several have open. Nobody is kept from sending: he is asked once.</summary>
public static class ReplyLease
{
    /// <summary>How long a colleague's answer is news.</summary>
    public static readonly TimeSpan AnsweredFor = TimeSpan.FromSeconds(30);

    /// <summary>How long the same words are taken for a slip.</summary>
    public static readonly TimeSpan SameFor = TimeSpan.FromMinutes(1);

    /// <summary>How long who took the answer upon himself has it without typing or sending.</summary>
    public static readonly TimeSpan TookFor = TimeSpan.FromMinutes(2);

    /// <summary>The longest an answer counts as having waited for a lost link; what a browser says is not trusted further.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(12);

    /// <summary>Who said last that he answers, else who began first to type; null: nobody.</summary>
    public static Colleague? Holder(IEnumerable<Colleague> colleagues)
    {
        Colleague? took = null;
        Colleague? types = null;
        foreach (var one in colleagues)
        {
            if (one.Doing == Doing.Took)
            {
                took = took is null || one.Since > took.Since ? one : took;
            }
            else if (one.Doing == Doing.Typing)
            {
                types = types is null || one.Since < types.Since ? one : types;
            }
        }

        return took ?? types;
    }

    /// <param name="me">Who sends.</param>
    /// <param name="text">His words; empty for a file without any.</param>
    /// <param name="waited">For how long they have been on their way: what was sent while the link was down is news to nobody.</param>
    /// <param name="answers">The members' answers since <see cref="Since"/>.</param>
    /// <param name="holder">Who answers now, as <see cref="Holder"/> says.</param>
    /// <param name="now">The clock of <paramref name="answers"/>.</param>
    public static Collision? Check(
        UserId me,
        string text,
        TimeSpan waited,
        IEnumerable<RecentAnswer> answers,
        Colleague? holder,
        DateTimeOffset now
    )
    {
        RecentAnswer? same = null;
        RecentAnswer? theirs = null;
        foreach (var answer in answers)
        {
            if (now - answer.At < SameFor && text.Length > 0 && Folded(answer.Text) == Folded(text))
            {
                same = Later(same, answer);
            }

            if (answer.Author != me && now - answer.At < AnsweredFor + Bounded(waited))
            {
                theirs = Later(theirs, answer);
            }
        }

        return same is not null ? new Collision.Same(same.Author, same.At)
            : theirs is not null ? new Collision.Answered(theirs.Author, theirs.At)
            : holder is not null && holder.User != me ? new Collision.Answering(holder.User, holder.Doing == Doing.Took)
            : null;
    }

    /// <summary>From when on answers matter to <see cref="Check"/>.</summary>
    public static DateTimeOffset Since(DateTimeOffset now, TimeSpan waited) =>
        now - (SameFor > AnsweredFor + Bounded(waited) ? SameFor : AnsweredFor + Bounded(waited));

    private static TimeSpan Bounded(TimeSpan waited) =>
        waited < TimeSpan.Zero ? TimeSpan.Zero
        : waited > LongestWait ? LongestWait
        : waited;

    private static RecentAnswer Later(RecentAnswer? one, RecentAnswer other) => one is null || other.At > one.At ? other : one;

    private static string Folded(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}

using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Messaging;

/// <summary>
/// What a colleague wrote for colleagues. Its words are in the body alone, so that nothing that reads a message's text (list, search, whatever is handed to
/// a customer) can come upon them.
/// </summary>
/// <param name="Text">As written; a mention reads "@" and the member's name of that time.</param>
/// <param name="Mentions">In their order, apart from each other.</param>
public sealed record NoteBody(string Text, IReadOnlyList<NoteMention> Mentions) : MessageBody
{
    /// <summary>What is left of a note that was deleted.</summary>
    public static NoteBody Empty { get; } = new("", []);

    public override MessageKind Kind => MessageKind.Note;
    public override string Plain => "";

    /// <summary>The text from beginning to end; a piece with a member stands for his name.</summary>
    public IEnumerable<NotePiece> Pieces()
    {
        var at = 0;
        foreach (var mention in Mentions ?? [])
        {
            if (mention.Start < at || mention.Length <= 0 || mention.Start > Text.Length - mention.Length)
            {
                continue;
            }

            if (mention.Start > at)
            {
                yield return new NotePiece(Text[at..mention.Start], User: null);
            }

            at = mention.Start + mention.Length;
            yield return new NotePiece(Text[mention.Start..at], mention.User);
        }

        if (at < Text.Length)
        {
            yield return new NotePiece(Text[at..], User: null);
        }
    }

    /// <summary>As it reads with the names that members have now; who is not among them keeps the name he had.</summary>
    public string Reading(IReadOnlyCollection<MentionedName> names) => string.Concat(Pieces().Select(p => p.Reading(names)));
}

/// <param name="Start">Where it begins in the text, at the "@" (UTF-16 units).</param>
public sealed record NoteMention(UserId User, int Start, int Length);

/// <summary>What somebody who is mentioned is called now.</summary>
public sealed record MentionedName(UserId User, string Name);

/// <param name="User">Of a mention.</param>
public sealed record NotePiece(string Text, UserId? User)
{
    /// <inheritdoc cref="NoteBody.Reading"/>
    public string Reading(IReadOnlyCollection<MentionedName> names) =>
        User is { } user && names.FirstOrDefault(n => n.User == user) is { } now ? $"@{now.Name}" : Text;
}

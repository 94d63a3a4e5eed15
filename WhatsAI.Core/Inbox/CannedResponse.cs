using System.Globalization;
using System.Text;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox;

/// <summary>An answer that is given often: typed as a slash and its code, filled from the open conversation.</summary>
public sealed class CannedResponse : ITenantOwned
{
    public const int MaxCodeLength = 32;
    public const int MaxFolderLength = 40;

    /// <summary>Characters (UTF-16 units) before it is filled: the Cloud API's limit of a text, the lowest of WhatsApp's.</summary>
    public const int MaxTextLength = 4_096;

    private CannedResponse() { }

    /// <exception cref="RuleException">See <see cref="Rewrite"/>.</exception>
    public CannedResponse(
        CannedResponseId id,
        TenantId tenantId,
        CannedPlace place,
        string code,
        string? folder,
        string text,
        DateTimeOffset now
    )
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Move(place);
        Rewrite(code, folder, text);
    }

    public CannedResponseId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public CannedScope Scope { get; private set; }

    public UserId? OwnerId { get; private set; }

    public TeamId? TeamId { get; private set; }

    /// <summary>Without the slash, in small letters; unique in its place.</summary>
    public string Code { get; private set; } = "";

    /// <summary>Null: in none.</summary>
    public string? Folder { get; private set; }

    /// <summary>With its variables (<see cref="CannedTemplate"/>); always one that can be read.</summary>
    public string Text { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    public void Move(CannedPlace place) => (Scope, OwnerId, TeamId) = (place.Scope, place.Owner, place.Team);

    /// <exception cref="RuleException">
    /// The code is no word, the text is blank, or one of the three is too long; or the text asks for something that there is not.
    /// </exception>
    public void Rewrite(string code, string? folder, string text)
    {
        var (newCode, newFolder, newText) = (CheckCode(code), CheckFolder(folder), CheckText(text));
        (Code, Folder, Text) = (newCode, newFolder, newText);
    }

    /// <summary>As it is kept: "/Prazo " is "prazo".</summary>
    /// <exception cref="RuleException">Something else than letters and digits, with single hyphens, dots or underscores between them; or too long.</exception>
    public static string CheckCode(string code)
    {
        var plain = Clean(code, lines: false).Trim().TrimStart('/').Normalize().ToLower(CultureInfo.InvariantCulture);
        return plain.Length <= MaxCodeLength && IsWord(plain) ? plain : throw new RuleException("canned.code-invalid", MaxCodeLength);
    }

    /// <exception cref="RuleException">It is too long.</exception>
    internal static string? CheckFolder(string? folder)
    {
        var plain = Clean(folder ?? "", lines: false).Trim();
        return plain.Length == 0 || WhatsAppText.IsBlank(plain) ? null
            : plain.Length <= MaxFolderLength ? plain
            : throw new RuleException("canned.folder-too-long", MaxFolderLength);
    }

    /// <exception cref="RuleException">Blank, too long, or it asks for something that there is not.</exception>
    internal static string CheckText(string text)
    {
        var plain = Clean(text.ReplaceLineEndings("\n"), lines: true).Trim();
        if (plain.Length > MaxTextLength)
        {
            throw new RuleException("canned.text-too-long", MaxTextLength);
        }

        return WhatsAppText.IsBlank(plain) ? throw new RuleException("canned.text-empty") : CannedTemplate.Parse(plain).Source;
    }

    // What was pasted from elsewhere may hold characters that nobody sees and no database keeps.
    private static string Clean(string text, bool lines)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsControl(rune) || (lines && rune.Value is ('\n' or '\t')))
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    private static bool IsWord(string code)
    {
        var between = true;
        foreach (var rune in code.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune) && (between || rune.Value is not ('-' or '_' or '.')))
            {
                return false;
            }

            between = !Rune.IsLetterOrDigit(rune);
        }

        return !between;
    }
}

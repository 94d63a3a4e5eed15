using System.Text.RegularExpressions;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Tenancy;

/// <summary>A customer company.</summary>
public sealed partial class Tenant
{
    public const int MaxNameLength = 120;

    private Tenant() { }

    /// <exception cref="RuleException">The name, slug, zone or language is not acceptable.</exception>
    public Tenant(TenantId id, string name, string slug, string timeZone, string language, DateTimeOffset now)
    {
        (Id, CreatedAt) = (id, now);
        Slug = SlugPattern().IsMatch(slug) ? slug : throw new RuleException("tenant.slug-invalid");
        Rename(name);
        SetPlace(timeZone, language);
    }

    public TenantId Id { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The company's place in addresses (<c>/t/{slug}/…</c>): lower-case letters, digits and dashes, fixed once given.</summary>
    public string Slug { get; private set; } = "";

    /// <summary>IANA zone in which days begin, windows open and times are shown.</summary>
    public string TimeZone { get; private set; } = "America/Sao_Paulo";

    /// <summary>Language for what the system itself writes: <c>pt-BR</c> or <c>en</c>.</summary>
    public string Language { get; private set; } = "pt-BR";

    /// <summary>Whether the customer gets blue ticks when an agent has read. Unread counts clear either way.</summary>
    public bool SendsReadReceipts { get; private set; } = true;

    /// <summary>Whether who answers a conversation that is nobody's takes it with that.</summary>
    public bool AnswerTakes { get; private set; } = true;

    /// <summary>Words that, as a whole message with case and accents folded, opt a person out.</summary>
    public IReadOnlyList<string> OptOutWords { get; private set; } = ["sair", "pare", "parar", "cancelar", "stop"];

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <summary>The address (slug) stays as it was.</summary>
    /// <exception cref="RuleException">The name is empty or too long.</exception>
    public void Rename(string name)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > MaxNameLength)
        {
            throw new RuleException("tenant.name-invalid", MaxNameLength);
        }

        Name = trimmed;
    }

    /// <param name="timeZone">An IANA name: "America/Sao_Paulo".</param>
    /// <param name="language">"pt-BR" or "en".</param>
    /// <exception cref="RuleException">The zone or the language is not known.</exception>
    public void SetPlace(string timeZone, string language)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _))
        {
            throw new RuleException("tenant.zone-unknown");
        }

        if (language is not ("pt-BR" or "en"))
        {
            throw new RuleException("tenant.language-unknown");
        }

        (TimeZone, Language) = (timeZone, language);
    }

    public void SetReadReceipts(bool send) => SendsReadReceipts = send;

    public void SetAnswerTakes(bool takes) => AnswerTakes = takes;

    /// <summary>Replaces all; empty ones and repetitions are left out.</summary>
    /// <exception cref="RuleException">None are left, there are over 50, or one has over 60 characters.</exception>
    public void SetOptOutWords(IEnumerable<string> words)
    {
        var clean = words.Select(w => w.Trim()).Where(w => w.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        if (clean.Length is 0 or > 50 || clean.Any(w => w.Length > 60))
        {
            throw new RuleException("tenant.opt-out-words-invalid", 50, 60);
        }

        OptOutWords = clean;
    }

    /// <summary>A slug made of a company's name; falls back to "empresa" where no letter or digit is left.</summary>
    public static string SlugOf(string name)
    {
        var folded = string.Concat(
            name.Normalize(System.Text.NormalizationForm.FormD)
                .Where(c => char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.NonSpacingMark)
        );
        var slug = NotSlug().Replace(folded.ToLowerInvariant(), "-").Trim('-');
        return slug.Length switch
        {
            0 => "empresa",
            > 40 => slug[..40].Trim('-'),
            _ => slug,
        };
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SlugPattern();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotSlug();
}

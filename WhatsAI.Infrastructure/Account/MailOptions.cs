using System.ComponentModel.DataAnnotations;

namespace WhatsAI.Infrastructure.Account;

/// <summary>How mail leaves. Without a host it is written as .eml files into a folder, where the operator can read it.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    public string? Host { get; set; }

    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    /// <summary>STARTTLS.</summary>
    public bool Tls { get; set; } = true;

    public string? User { get; set; }

    public string? Password { get; set; }

    public string From { get; set; } = "console@localhost";

    /// <summary>Relative paths start at the content root.</summary>
    public string Folder { get; set; } = "data/mail";
}

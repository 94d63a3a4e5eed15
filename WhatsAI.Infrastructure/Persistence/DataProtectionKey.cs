namespace WhatsAI.Infrastructure.Persistence;

/// <summary>One key of ASP.NET Core's Data Protection, as XML whose secret part is encrypted under the master key.</summary>
public sealed class DataProtectionKey
{
    public long Id { get; init; }

    public string FriendlyName { get; init; } = "";

    public string Xml { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }
}

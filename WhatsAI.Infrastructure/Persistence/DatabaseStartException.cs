namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Why the database cannot be used, as a sentence for the person who started the console. Holds no password.</summary>
public sealed class DatabaseStartException : Exception
{
    public DatabaseStartException(string sentence)
        : base(sentence) { }

    public DatabaseStartException(string sentence, Exception cause)
        : base(sentence, cause) { }
}

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The chats of one number, bounded: the oldest message of a chat and the oldest media go first. Callers hold the instance's lock.</summary>
internal sealed class SandboxChats
{
    private readonly Dictionary<string, SandboxChat> _chats = new();
    private readonly Dictionary<string, SandboxMessage> _byId = new();
    private readonly Dictionary<string, SandboxContact> _contacts = new();
    private readonly Queue<SandboxMessage> _media = new();
    private long _mediaBytes;

    private readonly HashSet<string> _blocked = [];

    public int Count => _chats.Count;

    /// <summary>What a blocked person writes never reaches the number.</summary>
    public bool IsBlocked(string jid) => _blocked.Contains(jid);

    public void Block(string jid, bool blocked)
    {
        if (blocked)
        {
            _blocked.Add(jid);
        }
        else
        {
            _blocked.Remove(jid);
        }
    }

    public int MessageCount => _byId.Count;

    public int ContactCount => _contacts.Count;

    public IReadOnlyList<SandboxChat> All => [.. _chats.Values];

    public IReadOnlyList<SandboxContact> Contacts => [.. _contacts.Values];

    public IEnumerable<SandboxMessage> Messages => _byId.Values;

    public SandboxMessage? Find(string? id) => id is not null && _byId.TryGetValue(id, out var message) ? message : null;

    public SandboxContact? Contact(string jid) => _contacts.GetValueOrDefault(jid);

    /// <summary>True when the person was unknown until now.</summary>
    public bool Remember(SandboxContact contact)
    {
        var added = !_contacts.ContainsKey(contact.Jid);
        _contacts[contact.Jid] = contact;
        return added;
    }

    public void Add(SandboxMessage message, SandboxOptions limits, Func<string> rowId)
    {
        if (!_chats.TryGetValue(message.RemoteJid, out var chat))
        {
            chat = new SandboxChat(message.RemoteJid, rowId());
            _chats[message.RemoteJid] = chat;
        }

        chat.Messages.Add(message);
        chat.Unread = message.FromMe ? 0 : chat.Unread + 1;
        _byId[message.Id] = message;
        if (chat.Messages.Count > limits.MessagesPerChat)
        {
            _byId.Remove(chat.Messages[0].Id);
            chat.Messages.RemoveAt(0);
        }

        if (message.Media is { } media)
        {
            _media.Enqueue(message);
            _mediaBytes += media.Bytes.Length;
        }

        while (_mediaBytes > limits.MediaBytesPerInstance && _media.TryDequeue(out var oldest))
        {
            _mediaBytes -= oldest.Media!.Bytes.Length;
            oldest.Media = null;
        }
    }

    public void Read(string remoteJid)
    {
        if (_chats.TryGetValue(remoteJid, out var chat))
        {
            chat.Unread = 0;
        }
    }
}

internal sealed class SandboxChat(string remoteJid, string rowId)
{
    public string RemoteJid { get; } = remoteJid;
    public string RowId { get; } = rowId;
    public List<SandboxMessage> Messages { get; } = [];
    public int Unread { get; set; }
}

internal sealed record SandboxContact(string Jid, string? PushName, string? PictureUrl, string RowId, DateTimeOffset At);

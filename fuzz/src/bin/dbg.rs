use std::sync::Arc;
use docfile_compound::*;
fn hwm(s:&str){ let t=std::fs::read_to_string("/proc/self/status").unwrap(); let l=t.lines().find(|l|l.starts_with("VmHWM")).unwrap(); println!("{s}: {l}"); }
fn main(){
 let data=std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
 println!("len {} version {:?} ", data.len(), &data[24..34]);
 let bytes: Arc<dyn LockBytes> = Arc::new(MemoryBytes::new(data.clone()));
 hwm("start");
 let t=std::time::Instant::now();
 let root=Storage::try_open(bytes.clone()).unwrap();
 let l=root.try_list(); hwm("list"); println!("{:?}", l.as_ref().map(|l|l.len()));
 for s in l.unwrap().elements { println!("{} {:?} {}", s.name, s.kind, s.len); if s.kind==ElementKind::Stream { match root.try_open_stream(&s.name, OpenMode::child_read()) { Ok(st)=>{ let mut b=[0;5003]; let mut o=0; loop { match st.try_read_at(o,&mut b){Ok(0)=>break,Ok(n)=>o+=n as u64,Err(e)=>{println!("  {e}");break}} if o>1<<22 {break} } println!("  read {o}"); hwm("  stream");} Err(e)=>println!("  {e}") } } }
 println!("{:?}", t.elapsed());
 drop(root);
 let root = CompoundFile::try_open(bytes.clone(), Settings::default()).unwrap().root(OpenMode::edit()).unwrap();
 let s=root.try_create_stream(&Name::new("zzz").unwrap(), OpenMode::child_edit()); hwm("create"); println!("{:?}",t.elapsed());
 if let Ok(s)=s { println!("{:?}", s.try_write_at(0,&[1;5000])); hwm("write"); println!("{:?}",t.elapsed()); }
 println!("{:?}", root.try_commit(CommitFlags::DEFAULT)); hwm("commit"); println!("{:?}",t.elapsed());
 println!("file now {:?}", bytes.len());
}
